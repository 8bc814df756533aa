import { readFileSync } from "node:fs";
import { join } from "node:path";

type Name = "ca" | "server" | "server-key" | "client" | "client-key";

/** Gives the path of a certificate or a key for tests. */
export function certificate(name: Name): string {
  return join(import.meta.dirname, "..", "fixtures", `${name}.pem`);
}

/** Reads what a server needs that has the certificate of the private authority. */
export function serverCertificates(): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certificate("server")), key: readFileSync(certificate("server-key")) };
}
