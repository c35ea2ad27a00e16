/** The page may not make code of text (its Content-Security-Policy says so): zod is told before any schema is made. */
import { config } from "zod";

config({ jitless: true });
