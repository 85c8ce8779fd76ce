/** How the partner's picture fits the window: over all of it, or whole between blurred edges. */
export type Fit = 'fill' | 'whole' | 'tall';

const leastShown = 0.6;

/**
 * How a picture is fitted in, by width through height of both. Filling the window cuts off what does not fit, and of an
 * upright picture on a wide screen that is the face. A wide picture on a phone is cut at its sides, but not down to a
 * strip: the middle of it stays, upright.
 */
export function fitOf(picture: number, window: number): Fit {
  if (Math.min(picture, window) / Math.max(picture, window) >= leastShown) return 'fill';
  return picture < window ? 'whole' : 'tall';
}
