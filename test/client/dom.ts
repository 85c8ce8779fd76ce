import { GlobalRegistrator } from '@happy-dom/global-registrator';
import { onEnd } from '../end.ts';
import './css.ts';

type Globals = Map<PropertyKey, PropertyDescriptor | undefined>;

const own = (): Globals => new Map(Object.entries(Object.getOwnPropertyDescriptors(globalThis)));
let bare: Globals | undefined;
let dressed: Globals | undefined;

process.env.DEBUG_PRINT_LIMIT ??= '0'; // a failure is not a reason for a whole document
process.env.RTL_SKIP_AUTO_CLEANUP = 'true'; // it would look for hooks in the middle of a test

/**
 * A document for the tests of one `describe`; the other tests of this process run without one. It is the same one each
 * time, since React keeps what it found when it was loaded. What looks for a document when it is loaded (React, the
 * screens) is to be imported within the tests.
 */
export function useDocument(): void {
  before(putOn);
  afterEach(async () => {
    const { cleanup } = await import('@testing-library/react');
    cleanup();
    localStorage.clear();
  });
  after(() => put(bare));
}

function putOn(): void {
  if (dressed) {
    put(dressed);
    return;
  }
  bare = own();
  GlobalRegistrator.register({ url: 'http://localhost/date' });
  dressed = changes(bare, own());
  bare = new Map([...dressed.keys()].map((key) => [key, bare?.get(key)]));
  onEnd(() => GlobalRegistrator.unregister());
}

function changes(before: Globals, now: Globals): Globals {
  const isSame = (a: PropertyDescriptor | undefined, b: PropertyDescriptor | undefined) =>
    a !== undefined && b !== undefined && Object.is(a.value, b.value) && a.get === b.get;
  return new Map([...now].filter(([key, descriptor]) => !isSame(before.get(key), descriptor)));
}

function put(globals: Globals | undefined): void {
  for (const [key, descriptor] of globals ?? [])
    if (descriptor) Object.defineProperty(globalThis, key, { ...descriptor, configurable: true });
    else Reflect.deleteProperty(globalThis, key);
}
