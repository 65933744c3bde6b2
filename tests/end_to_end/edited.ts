/** A server whose settings are edited while it runs, and read again: by a person with an editor and SIGHUP. */
import { Home } from "./process.ts";
import { Server } from "./server.ts";

export class Edited implements AsyncDisposable {
  #home = new Home();
  server!: Server;

  static async start(text: string, ...flags: string[]): Promise<Edited> {
    const edited = new Edited();
    edited.write(text);
    const config = ["--config", edited.#home.file("server.toml")];
    edited.server = await Server.start({ home: edited.#home, flags: [...config, ...flags] });
    return edited;
  }

  write(text: string) {
    Deno.writeTextFileSync(this.#home.file("server.toml"), text);
  }

  /** Waits for the line of the log that says what came of it. */
  async reload(text: string, message = "reloaded") {
    this.write(text);
    this.server.signal("SIGHUP");
    return await this.server.logged(message);
  }

  async [Symbol.asyncDispose]() {
    await this.server[Symbol.asyncDispose]();
    this.#home[Symbol.dispose]();
  }
}
