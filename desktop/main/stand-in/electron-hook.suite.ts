/** Makes `import "electron"` load what a utility process gets. */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "electron") return next(specifier, context);
    const url = new URL("./utility-electron.suite.ts", import.meta.url).href;
    return { url, format: "module-typescript", shortCircuit: true };
  },
});
