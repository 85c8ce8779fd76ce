/**
 * An SVG path through values, oldest first, between 0 and their highest. A null lifts the pen.
 * @param size of the box in which it is drawn
 */
export function strokeOf(
  values: readonly (number | null)[],
  { width, height }: { width: number; height: number },
): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const across = width / Math.max(1, values.length - 1);
  return values
    .map((value, at) => {
      if (value === null) return '';
      const isDown = at > 0 && values[at - 1] !== null;
      return `${isDown ? 'L' : 'M'}${round(at * across)} ${round(height - (value / most) * height)}`;
    })
    .join('');
}

const round = (value: number): number => Math.round(value * 10) / 10;
