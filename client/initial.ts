const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter of a name as people see letters: an emoji or an accented letter stays whole. */
export function initial(name: string): string {
  for (const { segment } of graphemes.segment(name)) return segment;
  return '';
}
