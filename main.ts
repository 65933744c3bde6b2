/** The one entrypoint: reads the subcommand, and imports only what that one needs. */
import { EXIT, ProgramError, verdict } from "./src/exit.ts";
import { VERSION } from "./src/version.ts";

const HELP = `chat ${VERSION}: one room for every chat client

  chat serve                                     run a server on port 3490
  chat serve --config ./server.toml              with settings from a file
  chat connect --nick chris localhost:3490       talk

Commands:
  serve      run a chat server       (chat serve --help)
  connect    join one                (chat connect --help)

Options:
  -h, --help       Show this help.
  -V, --version    Show the version.

Exit codes: 0 ok, 1 failure while running, 2 usage, 69 server unreachable, 73 cannot create
(a file, a listening port), 77 no permission, 78 configuration, 130 interrupted.
`;

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case "serve":
      return await (await import("./src/serve.ts")).serve(args);
    case "connect":
      return await (await import("./src/connect.ts")).connect(args);
    case "-V":
    case "--version":
      return await print(`chat ${VERSION}\n`);
    case "-h":
    case "--help":
    case "help":
      return await print(HELP);
    case undefined:
      complain(HELP);
      return EXIT.usage;
    default: {
      const { nearest } = await import("./src/chat/nearest.ts");
      const meant = nearest(command, ["serve", "connect", "help"]);
      const hint = meant ? `did you mean ${meant}?` : "chat --help lists what there is";
      throw new ProgramError(`there is no command ${JSON.stringify(command)}: ${hint}`, EXIT.usage);
    }
  }
}

async function print(text: string): Promise<number> {
  const { writer } = await import("./src/lines.ts");
  return await writer(Deno.stdout)(text);
}

function complain(text: string) {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody is there to complain to; the exit code still tells.
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    const { message, exitCode } = verdict(error);
    complain(`chat: ${message}\n`);
    Deno.exit(exitCode);
  }
}
