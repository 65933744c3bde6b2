/** What is wrong with the database file. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly kind: "cannot-create" | "no-permission" | "not-ours";

  constructor(message: string, kind: StoreError["kind"]) {
    super(message);
    this.kind = kind;
  }
}
