/** The mark of a MongoDB database that a backup is being restored to. */
import type { Collection, Db } from "mongodb";
import { asLogError, isDuplicate } from "../../events/sources/mongo/mongo-collection.ts";
import { type RestoreMark, type Restoring, restoring } from "./restore-mark.ts";

/** In a collection of its own. @param name the database, for errors: without its password */
export function markInMongo(db: Db, name: string): RestoreMark {
  const marks: Collection<Restoring & { _id: string }> = db.collection("restoring", {
    writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
    readConcern: { level: "majority" },
    readPreference: "primary",
  });
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asLogError(error, name);
    }
  };
  return {
    read: () =>
      ask(async () => {
        const found = await marks.findOne({ _id: "restoring" });
        return found && restoring.parse(found);
      }),
    set: (mark) =>
      ask(async () => {
        try {
          await marks.insertOne({ _id: "restoring", ...mark });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    clear: () => ask(async () => void (await marks.deleteOne({ _id: "restoring" }))),
  };
}
