/**
 * A day as the browser's clock has it, from its beginning.
 * @param day as in YYYY-MM-DD
 * @param later so many days later
 */
export function startOfDay(day: string, later = 0): Date {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return at;
}
