/** All or nothing. */
import type { DatabaseSync } from "node:sqlite";

export type Transaction = <T>(run: () => T) => T;

/** Runs what it is given as one transaction. If that throws, or cannot be committed, nothing has changed. */
export function transactionsOf(database: DatabaseSync): Transaction {
  // Prepared, because exec() does not tell SQLite's number for what is wrong.
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  return (run) => {
    begin.run();
    try {
      const result = run();
      commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) rollback.run();
      throw error;
    }
  };
}
