/** Certificates for this machine, made by openssl, which no test can do without. */
import { type Home } from "./process.ts";
import { type Need, succeeds } from "./needs.ts";

export const OPENSSL: Need = { isMet: succeeds("openssl", "version"), otherwise: "no openssl" };

/** A certificate and its key, as files of the home with this name, and the certificate's text. */
export function makeCertificate(home: Home, name: string, { days = 2 } = {}): string {
  const [key, request, cert] = ["key", "csr", "pem"].map((end) => home.file(`${name}.${end}`));
  const extensions = home.file("extensions");
  Deno.writeTextFileSync(extensions, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key!);
  openssl("req", "-new", "-key", key!, "-subj", `/CN=${name}`, "-out", request!);
  const what = ["-in", request!, "-signkey", key!, "-out", cert!, "-extfile", extensions];
  openssl("x509", "-req", "-days", `${days}`, ...what);
  return Deno.readTextFileSync(cert!);
}

function openssl(...args: string[]) {
  const { success, stderr } = new Deno.Command("openssl", { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
