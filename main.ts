/** The one entrypoint: reads the subcommand, and imports only what that one needs. */
import { EXIT, ProgramError, verdict } from "./src/exit.ts";
import { VERSION } from "./src/version.ts";

const HELP = `chat ${VERSION}: one room for every chat client

  chat serve                                     run a server on port 3490
  chat serve --config ./server.toml              with settings from a file
  chat connect --nick chris localhost:3490       talk
  chat history                                   read what was said

Commands, each with a --help of its own:
  serve      run a chat server
  connect    join one
  config     see what is set for connect, or begin a file of settings
  key        the key by which your name is yours: see it, take it along
  history    show the last messages of a room
  search     find messages by their words
  export     write all messages as JSON, CSV or text
  import     take in what export wrote
  doctor     check the database
  audit      show whose names are and what operators have ordered

Options:
  -h, --help       Show this help.
  -V, --version    Show the version.

Exit codes: 0 ok, 1 failure while running, 2 usage, 69 server unreachable, 73 cannot create
(a file, a listening port), 77 no permission, 78 configuration, 130 interrupted.
`;

type Run = (args: string[]) => Promise<number>;

const COMMANDS: Record<string, () => Promise<Run>> = {
  serve: async () => (await import("./src/serve.ts")).serve,
  connect: async () => (await import("./src/connect.ts")).connect,
  config: async () => (await import("./src/config_command.ts")).config,
  key: async () => (await import("./src/key_command.ts")).key,
  history: async () => (await import("./src/history.ts")).history,
  search: async () => (await import("./src/search.ts")).search,
  export: async () => (await import("./src/export.ts")).exportMessages,
  import: async () => (await import("./src/import.ts")).importFile,
  doctor: async () => (await import("./src/doctor.ts")).doctor,
  audit: async () => (await import("./src/audit.ts")).audit,
};

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
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
  }
  if (Object.hasOwn(COMMANDS, command)) return await (await COMMANDS[command]!())(args);
  const { nearest } = await import("./src/chat/nearest.ts");
  const meant = nearest(command, [...Object.keys(COMMANDS), "help"]);
  const hint = meant ? `did you mean ${meant}?` : "chat --help lists what there is";
  throw new ProgramError(`there is no command ${JSON.stringify(command)}: ${hint}`, EXIT.usage);
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
