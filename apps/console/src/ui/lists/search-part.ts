/** What is typed into a field for a part, as the audit trail is searched: with anything around it. An asterisk in it says where. */
export const partOf = (value: string): string => (value.includes('*') ? value : `*${value}*`);
