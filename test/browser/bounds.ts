import type { Page } from 'playwright-core';

/**
 * What is cut off on a page as it is now: one line for each text or control that reaches out of the window, or out of
 * a box that clips it, and that no scrolling brings into sight. `scrollWidth` does not see this: a page that clips is
 * never wider than its window.
 */
export async function cutOff(page: Page): Promise<string[]> {
  await page.evaluate(keepNames);
  return page.evaluate((controls) => {
    const tolerance = 1.5;
    const found = new Set<string>();

    const pieces: { element: Element; box: DOMRect }[] = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node; node = words.nextNode()) {
      if (!node.textContent?.trim() || !node.parentElement) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      pieces.push({ element: node.parentElement, box: range.getBoundingClientRect() });
    }
    for (const element of document.querySelectorAll(controls))
      pieces.push({ element, box: element.getBoundingClientRect() });

    for (const { element, box } of pieces) {
      if (box.width === 0 || box.height === 0 || !element.checkVisibility({ visibilityProperty: true }))
        continue;
      if (box.bottom + scrollY <= 0) continue; // parked above the page until it has the focus
      const out = outOf(element, box);
      if (out === null) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent;
      found.add(`<${element.tagName.toLowerCase()}> “${name.trim().slice(0, 60)}” is cut off: ${out}`);
    }
    return [...found];

    /** Which box cuts this one, and by how much; null when all of it is in sight or can be scrolled to. */
    function outOf(of: Element, box: DOMRect): string | null {
      let { left, right, top, bottom } = box;
      let fixed = false;
      // The overflow of the body is that of the window, and boxes around a fixed one do not clip it.
      for (let at: Element | null = of; at && at !== document.body && !fixed; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.clipPath !== 'none') return null; // for screen readers alone
        if (style.textOverflow === 'ellipsis') return null;
        const edge = at.getBoundingClientRect();
        if (at !== of || of.childElementCount === 0) {
          if (scrolls(style.overflowX)) [left, right] = [edge.left, edge.right];
          else if (clips(style.overflowX) && (left < edge.left - tolerance || right > edge.right + tolerance))
            return `${px(left)} to ${px(right)} in a box of ${px(edge.left)} to ${px(edge.right)}`;
          if (scrolls(style.overflowY)) [top, bottom] = [edge.top, edge.bottom];
          else if (clips(style.overflowY) && (top < edge.top - tolerance || bottom > edge.bottom + tolerance))
            return `from ${px(top)} down to ${px(bottom)} in a box of ${px(edge.top)} to ${px(edge.bottom)}`;
        }
        fixed ||= style.position === 'fixed';
      }
      const { clientWidth } = document.documentElement;
      if (left < -tolerance || right > clientWidth + tolerance)
        return `${px(left)} to ${px(right)} in a window ${clientWidth} px wide`;
      if (fixed && (top < -tolerance || bottom > innerHeight + tolerance))
        return `from ${px(top)} down to ${px(bottom)} in a window ${innerHeight} px high`;
      return null;
    }

    function scrolls(overflow: string): boolean {
      return overflow === 'auto' || overflow === 'scroll';
    }

    function clips(overflow: string): boolean {
      return overflow === 'hidden' || overflow === 'clip';
    }

    function px(length: number): number {
      return Math.round(length);
    }
  }, `${controls}, video`);
}

/** Controls that something else lies over, so that a finger on their middle would not press them. */
export async function covered(page: Page): Promise<string[]> {
  await page.evaluate(keepNames);
  return page.evaluate((controls) => {
    const modal = document.querySelector('[role="dialog"][aria-modal="true"]');
    return [...(modal ?? document).querySelectorAll(controls)].flatMap((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      if (width === 0 || !element.checkVisibility({ visibilityProperty: true })) return [];
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return [];
      const hit = document.elementFromPoint(x, y);
      if (!hit || element.contains(hit) || hit.contains(element)) return [];
      const label = (one: Element) =>
        `<${one.tagName.toLowerCase()}> “${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 60)}”`;
      return [`${label(element)} lies under ${label(hit)}`];
    });
  }, controls);
}

const controls = 'a[href], button, input:not([type="hidden"]), select, textarea, [role="slider"]';
const keepNames = 'globalThis.__name ??= (it) => it'; // tsx names functions by this
