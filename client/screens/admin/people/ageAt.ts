/**
 * Whole years from a birth date to an instant, in UTC as the server counts them.
 * @param birthDate ISO 8601, a day
 */
export function ageAt(birthDate: string, at: Date): number {
  const born = new Date(birthDate);
  const years = at.getUTCFullYear() - born.getUTCFullYear();
  const hadBirthday = at.getUTCMonth() * 32 + at.getUTCDate() >= born.getUTCMonth() * 32 + born.getUTCDate();
  return hadBirthday ? years : years - 1;
}
