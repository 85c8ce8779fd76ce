import { GlobalRegistrator } from '@happy-dom/global-registrator';
import './css.ts';

/**
 * A document for the tests of one `describe`, gone afterwards: the other tests of this process run without one. What
 * looks for a document when it is loaded (React, the screens) is to be imported after this, in `before`.
 */
export function useDocument(url = 'http://localhost/date'): void {
  before(() => GlobalRegistrator.register({ url }));
  afterEach(async () => {
    const { cleanup } = await import('@testing-library/react');
    cleanup();
    localStorage.clear();
  });
  after(() => GlobalRegistrator.unregister());
}
