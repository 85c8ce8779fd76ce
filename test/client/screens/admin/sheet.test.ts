import { expect } from 'chai';
import { sheetOf, toCsv } from '../../../../client/screens/admin/sheet.ts';

const csv = (...names: (string | number | null)[]) =>
  toCsv(sheetOf('people', names, [{ label: 'name', value: (name) => name }]));

describe('a sheet as CSV', () => {
  it('has a line of labels and a line for each row, in the order of the columns', () => {
    const rows = [
      { at: '2026-11-20T20:00:00Z', count: 3 },
      { at: '2026-11-20T21:00:00Z', count: 0 },
    ];
    const text = toCsv(
      sheetOf('rounds', rows, [
        { label: 'When', value: ({ at }) => at, shown: () => 'tonight' },
        { label: 'Number', value: ({ count }) => count },
      ]),
    );
    expect(text).to.equal('When,Number\r\n2026-11-20T20:00:00Z,3\r\n2026-11-20T21:00:00Z,0\r\n');
  });

  it('leaves a cell empty where there is nothing to say', () => {
    expect(csv(null)).to.equal('name\r\n\r\n');
  });

  it('quotes what would be read as more than one cell', () => {
    expect(csv('Ada, the "first"', 'two\nlines')).to.equal(
      'name\r\n"Ada, the ""first"""\r\n"two\nlines"\r\n',
    );
  });

  it('hands no stranger’s name to a spreadsheet as a formula, and leaves numbers alone', () => {
    expect(csv('=HYPERLINK("http://x")', '+1', '-1', '@a', '\tb', -1)).to.equal(
      'name\r\n"\'=HYPERLINK(""http://x"")"\r\n\'+1\r\n\'-1\r\n\'@a\r\n\'\tb\r\n-1\r\n',
    );
  });
});
