/** Why there is no camera or microphone: each has a help of its own. */
export type Failure = 'blocked' | 'missing' | 'busy' | 'insecure' | 'unknown';

/**
 * What a refusal of getUserMedia means.
 * @see https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
 */
export function failureOf(error: unknown): Failure {
  const name = error instanceof Error ? error.name : ''; // a DOMException is one
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'blocked';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'unknown';
}
