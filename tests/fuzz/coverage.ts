/** Which parts of src/ have run, by V8's own counters, so that inputs which reach new ones can be kept. */
import inspector from "node:inspector";

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

interface Script {
  url: string;
  functions: { functionName: string; ranges: Range[] }[];
}

export class Coverage {
  #session = new inspector.Session();
  #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  get size(): number {
    return this.#seen.size;
  }

  /** How many parts have run since the last call that never had before. */
  async grown(): Promise<number> {
    const before = this.#seen.size;
    for (const { url, functions } of await this.#take()) {
      if (!url.includes("/src/")) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.#seen.add(`${url}:${startOffset}-${endOffset}`);
        }
      }
    }
    return this.#seen.size - before;
  }

  end() {
    this.#session.disconnect();
  }

  #take(): Promise<Script[]> {
    return new Promise((resolve, reject) => {
      this.#session.post("Profiler.takePreciseCoverage", (error, taken) => {
        if (error) reject(error);
        else resolve((taken as unknown as { result: Script[] }).result);
      });
    });
  }
}
