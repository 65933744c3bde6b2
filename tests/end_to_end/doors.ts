/** A real server with several `[[listen]]` tables, each on a free port of this machine alone. */
import { Home, Program } from "./process.ts";

export class Doors implements AsyncDisposable {
  /** In the order of the tables. */
  readonly ports: number[];
  #program: Program;
  #home: Home;

  private constructor(program: Program, home: Home, ports: number[]) {
    this.#program = program;
    this.#home = home;
    this.ports = ports;
  }

  /** Each listener is the text of its table. Resolves when all listen. */
  static async open(...listeners: string[]): Promise<Doors> {
    const home = new Home();
    const tables = listeners.map((table) => `[[listen]]\naddress = "127.0.0.1:0"\n${table}\n`);
    const settings = `db = ":memory:"\nlog = "json"\ncommands_per_second = 0\n${tables.join("")}`;
    Deno.writeTextFileSync(home.file("server.toml"), settings);
    const program = new Program(["serve", "--config", home.file("server.toml")], { home });
    try {
      const ports: number[] = [];
      await program.stderr.line((line) => {
        const { message, port } = line.startsWith("{") ? JSON.parse(line) : {};
        if (message === "listening" && !ports.includes(port)) ports.push(port);
        return ports.length === listeners.length;
      });
      return new Doors(program, home, ports);
    } catch (error) {
      await program[Symbol.asyncDispose]();
      home[Symbol.dispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose]() {
    await this.#program[Symbol.asyncDispose]();
    this.#home[Symbol.dispose]();
  }
}
