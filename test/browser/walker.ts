import type { Page } from 'playwright-core';

/** Something on a page that can be pressed or filled in. */
interface Thing {
  /** What `data-walker` says on the element. */
  mark: string;
  tag: string;
  type: string;
  /** As people know it: its label, or what is written on it. */
  name: string;
  isEmpty: boolean;
  /** The button that a screen is about. */
  isMain: boolean;
  /** Of the form that it belongs to; null outside of all forms. */
  form: number | null;
}

/** What the walker remembers: how often it has pressed what, on which screen. */
export interface Memory {
  pressed: Map<string, number>;
}

/** What one step did, for the report. */
export interface Step {
  /** Where: the path and the heading, since one path shows many screens. */
  screen: string;
  did: string;
  /** Everything that was sent should be accepted: the form was filled in as its labels ask. */
  isValidForm: boolean;
}

type Random = () => number;

const pressWithinMs = 3_000;

/**
 * Does one thing that a person could do on this page: mostly what it has done least often here, often what the screen is
 * about; now and then Escape, the back button, or a whole form filled in and sent.
 */
export async function step(page: Page, random: Random, memory: Memory, values: Values): Promise<Step> {
  const things = await whatThereIs(page);
  const place = await screenOf(page);
  return { screen: place, ...(await act(page, place, things, random, memory, values)) };
}

async function screenOf(page: Page): Promise<string> {
  const heading = await page.evaluate(() => document.querySelector('h1')?.textContent ?? '');
  return `${new URL(page.url()).pathname.replaceAll(/[0-9a-f-]{36}/g, ':id')} ${heading}`;
}

async function act(
  page: Page,
  place: string,
  things: Thing[],
  random: Random,
  memory: Memory,
  values: Values,
): Promise<Omit<Step, 'screen'>> {
  const chance = random();
  if (chance < 0.05 || things.length === 0) return escape(page);
  if (chance < 0.09) return back(page);
  const times = (thing: Thing) => memory.pressed.get(`${place} ${thing.tag} ${thing.name}`) ?? 0;
  const form = things.find((thing) => thing.form !== null && thing.type === 'submit')?.form ?? null;
  const submit = things.find((thing) => thing.form === form && thing.type === 'submit');
  if (form !== null && submit && random() < 0.5 / (1 + times(submit))) {
    note(submit);
    for (const thing of things.filter((one) => one.form === form && isField(one)))
      if (thing.isEmpty || random() < 0.3) await fill(page, thing, values, random);
    return { did: `sends the form with “${submit.name}”`, isValidForm: await press(page, submit) };
  }
  const main = things.find(({ isMain, type }) => isMain && type !== 'submit');
  if (main && chance < 0.4) {
    note(main);
    await press(page, main);
    return { did: `presses ${main.tag} “${main.name}”`, isValidForm: false };
  }
  const fewest = Math.min(...things.map(times));
  const fresh = things.filter((thing) => times(thing) === fewest);
  const thing = fresh[Math.floor(random() * fresh.length)]!;
  note(thing);
  if (isField(thing)) {
    await fill(page, thing, values, random);
    return { did: `fills in ${thing.type} “${thing.name}”`, isValidForm: false };
  }
  await press(page, thing);
  return { did: `presses ${thing.tag} “${thing.name}”`, isValidForm: false };

  function note(one: Thing): void {
    memory.pressed.set(`${place} ${one.tag} ${one.name}`, times(one) + 1);
  }
}

/** Makes a value for a field of this type and name. */
export type Values = (type: string, name: string) => string;

const isField = ({ tag, type }: Thing) => tag !== 'a' && tag !== 'button' && type !== 'submit';

async function escape(page: Page): Promise<Omit<Step, 'screen'>> {
  await page.keyboard.press('Escape');
  return { did: 'presses Escape', isValidForm: false };
}

async function back(page: Page): Promise<Omit<Step, 'screen'>> {
  const before = page.url();
  await page.goBack({ timeout: pressWithinMs, waitUntil: 'commit' }).catch(() => null);
  if (!page.url().startsWith('http')) await page.goto(before); // the blank page before the first one
  return { did: 'goes back', isValidForm: false };
}

/** @returns whether it could be pressed: what has gone meanwhile cannot */
async function press(page: Page, { mark }: Thing): Promise<boolean> {
  return page
    .locator(`[data-walker="${mark}"]`)
    .click({ timeout: pressWithinMs })
    .then(
      () => true,
      () => false,
    );
}

async function fill(page: Page, thing: Thing, values: Values, random: Random): Promise<void> {
  const field = page.locator(`[data-walker="${thing.mark}"]`);
  const done =
    thing.type === 'checkbox' || thing.type === 'radio'
      ? field.click({ timeout: pressWithinMs, force: true })
      : thing.type === 'range' || thing.tag === 'div'
        ? field.press(random() < 0.5 ? 'ArrowLeft' : 'ArrowRight', { timeout: pressWithinMs })
        : thing.tag === 'select'
          ? field.selectOption({ index: Math.floor(random() * 2) }, { timeout: pressWithinMs })
          : field.fill(values(thing.type, thing.name), { timeout: pressWithinMs });
  await Promise.resolve(done).catch(() => undefined); // what has gone meanwhile cannot be filled in
}

/** Everything that a person could press now, marked; in a dialog only what is in it. */
async function whatThereIs(page: Page): Promise<Thing[]> {
  await page.evaluate(keepNames);
  return page.evaluate((selector) => {
    const dialogs = document.querySelectorAll('[role="dialog"][aria-modal="true"], dialog[open]');
    const forms = [...document.forms];
    for (const marked of document.querySelectorAll<HTMLElement>('[data-walker]'))
      delete marked.dataset.walker;
    return [...(dialogs[dialogs.length - 1] ?? document).querySelectorAll<HTMLElement>(selector)].flatMap(
      (element, at) => {
        const isShown = element.checkVisibility({ visibilityProperty: true });
        const isLeading =
          element instanceof HTMLAnchorElement &&
          (element.origin !== location.origin ||
            element.target === '_blank' ||
            element.hasAttribute('download') ||
            /^\/(docs|api)\b/.test(element.pathname));
        if (!isShown || isLeading || element.matches(':disabled, [aria-disabled="true"]')) return [];
        const field = element as HTMLInputElement;
        const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
        const name = [
          element.getAttribute('aria-label'),
          ...labels,
          element.textContent,
          field.placeholder,
        ].find((word) => word?.trim());
        element.dataset.walker = String(at);
        return [
          {
            mark: String(at),
            tag: element.tagName.toLowerCase(),
            type: 'type' in element ? field.type : (element.role ?? ''),
            name: (name ?? '').trim().slice(0, 50),
            isEmpty:
              field.type === 'radio'
                ? !document.querySelector(`input[name="${CSS.escape(field.name)}"]:checked`)
                : field.type === 'checkbox'
                  ? field.required && !field.checked
                  : field.value === '',
            isMain: /(^| )_main_/.test(element.className), // as the build names `.main` of the buttons
            form: field.form ? forms.indexOf(field.form) : null,
          },
        ];
      },
    );
  }, pressable);
}

const keepNames = 'globalThis.__name ??= (it) => it'; // tsx names functions by this
const pressable =
  'a[href], button, input:not([type="hidden"]), select, textarea, [role="slider"], [role="tab"], summary';
