import { expect } from 'chai';
import { everyStep, indexesOf, withHoles } from '../../../../client/screens/admin/overview/steps.ts';
import { periodOf, readSpan } from '../../../../client/screens/admin/overview/span.ts';
import { roundInstants } from '../../../../client/screens/admin/overview/format.ts';
import { strokeOf } from '../../../../client/screens/admin/overview/stroke.ts';

const minute = 60_000;
const nine = Date.parse('2026-11-20T09:00:00Z');
const at = (minutes: number) => new Date(nine + minutes * minute).toISOString();

describe('a series', () => {
  it('has a step for each piece of its time, and none where nothing was counted', () => {
    const steps = everyStep([{ at: at(10) }, { at: at(30) }], {
      start_time: at(5),
      end_time: at(31),
      step: 600,
    });
    expect(steps.map((step) => [(step.at - nine) / minute, step.row !== null])).to.deep.equal([
      [0, false],
      [10, true],
      [20, false],
      [30, true],
    ]);
  });

  it('that is counted steadily has a hole where nobody counted for long', () => {
    const rows = [0, 1, 2, 4, 5, 12, 13].map((minutes) => ({ at: at(minutes) }));
    const holes = withHoles(rows).filter(({ row }) => row === null);
    expect(holes.map((hole) => (hole.at - nine) / minute)).to.deep.equal([8.5]);
    expect(withHoles([])).to.deep.equal([]);
  });

  it('is empty of an empty time', () => {
    expect(everyStep([], { start_time: at(0), end_time: at(0), step: 60 })).to.deep.equal([]);
  });

  it('is drawn as a line that is lifted where nothing was counted', () => {
    expect(strokeOf([0, 2, null, 4, 2], { width: 40, height: 8 })).to.equal('M0 8L10 4M30 0L40 4');
  });

  it('of nothing is drawn along the ground', () => {
    expect(strokeOf([0, 0], { width: 10, height: 8 })).to.equal('M0 8L10 8');
  });
});

describe('a part of a series', () => {
  const steps = [0, 10, 20, 30].map((minutes) => ({ at: nine + minutes * minute }));
  const part = (from: number, to: number) => ({ from: nine + from * minute, to: nine + to * minute });

  it('stays where it is in time while the series slides on', () => {
    expect(indexesOf(steps, part(10, 20))).to.deep.equal({ startIndex: 1, endIndex: 2 });
    expect(indexesOf(steps.slice(1), part(10, 20))).to.deep.equal({ startIndex: 0, endIndex: 1 });
  });

  it('is all of it when none is chosen, or when it has slid out of sight', () => {
    for (const none of [null, part(-60, -50), part(20, 20)])
      expect(indexesOf(steps, none)).to.deep.equal({ startIndex: 0, endIndex: 3 });
  });

  it('of nothing is nothing', () => {
    expect(indexesOf([], null)).to.deep.equal({ startIndex: 0, endIndex: 0 });
  });
});

describe('the span of an address', () => {
  const read = (search: string) => readSpan(new URLSearchParams(search));

  it('is a day unless the address says otherwise, and makes sense', () => {
    for (const search of ['', 'span=8y', 'from=x&to=y', `from=${at(5)}&to=${at(5)}`, `from=${at(5)}`])
      expect(read(search)).to.deep.equal({ name: '24h' });
    expect(read('span=7d')).to.deep.equal({ name: '7d' });
  });

  it('may be a time that was chosen', () => {
    const span = read(`from=${at(0)}&to=${at(7)}&span=7d`);
    expect(span).to.deep.include({ name: 'chosen' });
    expect(periodOf(span, nine)).to.deep.equal({ start_time: at(0), end_time: at(7) });
  });

  it('is asked for from a whole minute or hour on, so that all who look ask the same', () => {
    const now = nine + 12 * minute + 34_567;
    expect(periodOf({ name: '3h' }, now)).to.deep.equal({ start_time: at(13 - 180) });
    expect(periodOf({ name: '7d' }, now)).to.deep.equal({ start_time: at(60 - 7 * 24 * 60) });
  });
});

describe('the marks of an axis of time', () => {
  it('are full hours of the reader’s clock, no more than there is room for', () => {
    const marks = roundInstants(nine + 5 * minute, nine + 24 * 60 * minute, 8);
    expect(marks.length).to.be.within(3, 8);
    for (const mark of marks) expect(new Date(mark).getMinutes()).to.equal(0);
    expect(new Set(marks.slice(1).map((mark, index) => mark - marks[index]!)).size).to.equal(1);
  });
});
