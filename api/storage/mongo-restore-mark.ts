/** The mark of a MongoDB database to which a backup is being restored. */
import type { Collection, Db } from "mongodb";
import { asLogError, isDuplicate } from "../../events/sources/mongo/mongo-collection.ts";
import { type RestoreInProgress, type RestoreMark, restoreInProgress } from "./restore-mark.ts";

/** Keeps the mark in its own collection. @param name name of the database for error messages, without its password */
export function markInMongo(db: Db, name: string): RestoreMark {
  const marks: Collection<RestoreInProgress & { _id: string }> = db.collection("restoring", {
    writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
    readConcern: { level: "majority" },
    readPreference: "primary",
  });
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asLogError(error, name);
    }
  };
  return {
    read: () =>
      attempt(async () => {
        const document = await marks.findOne({ _id: "restoring" });
        return document && restoreInProgress.parse(document);
      }),
    set: (mark) =>
      attempt(async () => {
        try {
          await marks.insertOne({ _id: "restoring", ...mark });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    clear: () => attempt(async () => void (await marks.deleteOne({ _id: "restoring" }))),
  };
}
