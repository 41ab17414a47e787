/**
 * The link that takes a token's approval to the Self-Service Console of its server. The approval is in the fragment, which never appears in
 * a server log.
 */

/**
 * The console of the server that a token came from, as far as the token knows it.
 * @param server address of the CT-KIP service
 */
export const selfServiceOf = (server: string): string => `${new URL(server).origin}/self-service/`;

export function approvalLink(server: string, serial: string, approval: string): string {
  return `${selfServiceOf(server)}move#serial=${encodeURIComponent(serial)}&approval=${approval}`;
}
