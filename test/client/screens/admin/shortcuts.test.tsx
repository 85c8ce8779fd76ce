import { expect } from 'chai';
import { useDocument } from '../../dom.ts';
import { renderInside } from '../../inside.tsx';

describe('the keys of a moderator', () => {
  useDocument();
  let done: string[];

  beforeEach(async () => {
    done = [];
    await import('../../../../client/i18n/i18nAdmin.ts');
    const { Shortcuts } = await import('../../../../client/screens/admin/shortcuts.tsx');
    const keys = [
      { key: 'J', label: 'Next', run: () => done.push('next') },
      { key: 'Enter', label: 'Open' },
    ];
    await renderInside(
      <>
        <Shortcuts keys={keys} />
        <input aria-label="note" />
      </>,
    );
  });

  const press = async (key: string, on: Element | Window = window, more = {}) => {
    const { fireEvent } = await import('@testing-library/react');
    return fireEvent.keyDown(on, { key, ...more });
  };

  it('are shown, and do what they say in either case', async () => {
    const { screen } = await import('@testing-library/react');
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).to.deep.equal([
      'J Next',
      'Enter Open',
    ]);
    await press('j');
    await press('J');
    expect(done).to.deep.equal(['next', 'next']);
    expect(await press('Enter'), 'is the browser’s to do').to.be.true;
  });

  it('are letters while somebody writes, and the browser’s own with a modifier', async () => {
    const { screen } = await import('@testing-library/react');
    await press('j', screen.getByLabelText('note'));
    await press('j', window, { metaKey: true });
    await press('j', window, { repeat: true });
    expect(done).to.deep.equal([]);
  });

  it('do nothing while a dialog is open, though it may not have the focus yet', async () => {
    const { render } = await import('@testing-library/react');
    const { unmount } = render(<div role="dialog" />);
    await press('j');
    expect(done).to.deep.equal([]);
    unmount();
    await press('j');
    expect(done).to.deep.equal(['next']);
  });

  it('can be turned off, and are not shown then', async () => {
    const { fireEvent, screen } = await import('@testing-library/react');
    fireEvent.click(screen.getByRole('switch'));
    await press('j');
    expect(done).to.deep.equal([]);
    expect(screen.queryAllByRole('listitem')).to.be.empty;
    fireEvent.click(screen.getByRole('switch'));
    await press('j');
    expect(done).to.deep.equal(['next']);
  });
});
