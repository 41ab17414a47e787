/** The link by which a token's approval reaches the Self-Service Console of its server. In the fragment, which no server's log has. */

/** The console of the server that a token came from, as far as the token knows. @param server address of the CT-KIP service */
export const selfServiceOf = (server: string): string => `${new URL(server).origin}/self-service/`;

export function approvalLink(server: string, serial: string, approval: string): string {
  return `${selfServiceOf(server)}move#serial=${encodeURIComponent(serial)}&approval=${approval}`;
}

/** In fours, for people who type it. */
export const groupedApproval = (approval: string): string => approval.replace(/(.{4})(?=.)/g, '$1 ');
