import {
  assignIncrementingIds,
  englishRecommendedTransformers,
  parseRawPattern,
  RegExpMatcher,
} from 'obscenity';
import { Problem } from '#core/errors.ts';

// Words that insult by existing; a bar is the edge of a word. obscenity's own list would refuse people called
// Dick, Fagan, Abo Omar or Paula Negro, and swearing is not an attack: all of these stay. Doubled letters other
// than b, e, g, l, o and s reach the matcher as one.
const slurs = [
  '|nigger',
  '|nigga',
  'faggot',
  '|kike|',
  '|chink|',
  'chingchong',
  '|trany',
  '|retard|',
  'raghead',
  'wetback',
];

const matcher = new RegExpMatcher({
  blacklistedTerms: assignIncrementingIds(slurs.map((slur) => parseRawPattern(slur))),
  ...englishRecommendedTransformers,
});

/**
 * Refuses a display name that is a slur, also when it is spelled with digits or look-alike letters.
 * @throws Problem `invalid`
 */
export function refuseSlurs(displayName: string): void {
  if (!matcher.hasMatch(displayName)) return;
  throw new Problem('invalid', 'display_name: Choose another name', {
    errors: [{ path: 'display_name', message: 'Choose another name' }],
  });
}
