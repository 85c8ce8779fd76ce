/** Who may be on the floor, from its middle to its rim. */
export const figures = ['call', 'deciding', 'connecting', 'searching', 'watching'] as const;
export type Figure = (typeof figures)[number];

/** One mark on the floor: a couple, or somebody alone. */
export interface Mark {
  figure: Figure;
  /** Within the unit circle. */
  x: number;
  y: number;
  /** The direction that a couple faces, radians. */
  turn: number;
}

export interface Arrangement {
  marks: Mark[];
  /** How many people, or couples, each mark stands for. */
  per: number;
  /** How large the marks are drawn: a small company spreads out, 1 to `largest`. */
  size: number;
}

const couples: ReadonlySet<Figure> = new Set(['call', 'connecting']);
const mostPlaces = 190;
const largest = 2.2;
const golden = Math.PI * (3 - Math.sqrt(5));
const rounds = [1, 2, 5];

/**
 * Places everybody on a round floor as seeds in a sunflower (Vogel, 1979): those in a date in the middle, those who
 * look for one around them. Beyond what an eye can tell apart a mark stands for several.
 * @param counts couples of `call` and `connecting`, people of the others
 */
export function arrange(counts: Record<Figure, number>): Arrangement {
  const per = scale(counts);
  const size = Math.min(largest, Math.sqrt(mostPlaces / Math.max(1, placesFor(counts, per))));
  const standing = figures.flatMap((figure) =>
    new Array<Figure>(Math.ceil(counts[figure] / per)).fill(figure),
  );
  let taken = 0;
  const marks = standing.map((figure, index): Mark => {
    const room = roomOf(figure);
    const radius = size * Math.sqrt((taken + room / 2) / mostPlaces);
    const angle = index * golden;
    taken += room;
    return { figure, x: radius * Math.cos(angle), y: radius * Math.sin(angle), turn: angle + Math.PI / 2 };
  });
  return { marks, per, size };
}

const roomOf = (figure: Figure): number => (couples.has(figure) ? 2.4 : 1);

/** The smallest of 1, 2, 5, 10, 20 … with which all find room. */
function scale(counts: Record<Figure, number>): number {
  for (let power = 1; ; power *= 10)
    for (const round of rounds) {
      const per = round * power;
      if (placesFor(counts, per) <= mostPlaces) return per;
    }
}

const placesFor = (counts: Record<Figure, number>, per: number): number =>
  figures.reduce((sum, one) => sum + Math.ceil(counts[one] / per) * roomOf(one), 0);
