import { expect } from 'chai';
import { Problem } from '../../../../client/api/problem.ts';
import { useDocument } from '../../dom.ts';
import { renderInside } from '../../inside.tsx';

interface Data {
  counts: number[];
}

describe('a picture of figures', () => {
  useDocument();
  let asked: number;

  async function show(read: { data?: Data; error?: Error; isPlaceholderData?: boolean }) {
    asked = 0;
    const [{ Plate }, { sheetOf }] = await Promise.all([
      import('../../../../client/screens/admin/overview/plate.tsx'),
      import('../../../../client/screens/admin/sheet.ts'),
      import('../../../../client/i18n/i18nAdmin.ts'),
    ]);
    const query = {
      ...{
        isPending: !read.data,
        isFetching: false,
        isPlaceholderData: false,
        dataUpdatedAt: 0,
        error: null,
      },
      ...read,
      refetch: async () => void (asked += 1),
    };
    await renderInside(
      <Plate
        title="Rounds"
        read={query as never}
        isEmpty={({ counts }: Data) => counts.length === 0}
        empty="Nobody danced."
        reading={({ counts }) => `${counts.length} hours`}
        sheet={({ counts }) => sheetOf('rounds', counts, [{ label: 'Number', value: (count) => count }])}
      >
        {() => <p>the picture</p>}
      </Plate>,
    );
    return import('@testing-library/react');
  }

  it('has its table behind it, for whoever cannot see it', async () => {
    const { screen, within } = await show({ data: { counts: [3, 0] } });
    expect(screen.getByText('the picture')).to.exist;
    expect(screen.getByText('2 hours')).to.exist;
    const table = within(screen.getByRole('table', { name: 'Rounds' }));
    expect(table.getAllByRole('rowheader').map(({ textContent }) => textContent)).to.deep.equal(['3', '0']);
  });

  it('gives way to its table, and comes back', async () => {
    const { fireEvent, screen } = await show({ data: { counts: [3] } });
    const toggle = screen.getByRole('button', { name: 'Table: Rounds' });
    expect(toggle.getAttribute('aria-pressed')).to.equal('false');
    fireEvent.click(toggle);
    expect(toggle.getAttribute('aria-pressed')).to.equal('true');
    expect(screen.queryByText('the picture')).to.equal(null);
    expect(
      screen.getByRole('region', { name: 'Rounds, as a table' }).tabIndex,
      'can be scrolled with keys',
    ).to.equal(0);
    fireEvent.click(toggle);
    expect(screen.getByText('the picture')).to.exist;
    expect(screen.getByRole('table', { name: 'Rounds' })).to.exist;
  });

  it('says in words that there is nothing to draw, and has nothing to save then', async () => {
    const { screen } = await show({ data: { counts: [] } });
    expect(screen.getByText('Nobody danced.')).to.exist;
    expect(screen.queryAllByRole('button')).to.deep.equal([]);
  });

  it('says that it is on its way', async () => {
    const { screen } = await show({});
    expect(screen.getByRole('status').textContent).to.equal('One moment …');
    expect(screen.getByRole('region', { name: 'Rounds' }).getAttribute('aria-busy')).to.equal('true');
  });

  it('says what went wrong, and asks again on demand', async () => {
    const { fireEvent, screen } = await show({ error: new Problem('unreachable', 0) });
    expect(screen.getByText(/We cannot be reached/)).to.exist;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(asked).to.equal(1);
  });

  it('keeps old figures in sight when they cannot be read again, and says how old they are', async () => {
    const { screen } = await show({ data: { counts: [3] }, error: new Problem('unreachable', 0) });
    expect(screen.getByText('the picture')).to.exist;
    expect(screen.getByText(/^Could not be read again; these figures are of/)).to.exist;
  });
});
