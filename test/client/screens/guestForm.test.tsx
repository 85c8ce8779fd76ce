import { expect } from 'chai';
import { useDocument } from '../dom.ts';
import { renderInside } from '../inside.tsx';

describe('the way in', () => {
  useDocument();
  let sent: object[];

  beforeEach(async () => {
    sent = [];
    const { GuestForm } = await import('../../../client/screens/landing/guestForm.tsx');
    await renderInside(<GuestForm />, { api: { guest: async (body: object) => void sent.push(body) } });
  });

  it('says what is missing, goes there, and sends nothing', async () => {
    const { fireEvent, screen } = await import('@testing-library/react');
    fireEvent.click(screen.getByRole('button', { name: 'Step in' }));
    const name = screen.getByLabelText('Your first name');
    expect(document.activeElement).to.equal(name);
    expect(name.getAttribute('aria-invalid')).to.equal('true');
    expect(screen.getByText('Please write the whole date.')).to.exist;
    expect(screen.getByText('Please choose one.')).to.exist;
    expect(sent).to.deep.equal([]);
  });

  it('sends a name, one date and a gender', async () => {
    const { fireEvent, screen, waitFor } = await import('@testing-library/react');
    const write = (label: string, value: string) =>
      fireEvent.change(screen.getByLabelText(label), { target: { value } });
    write('Your first name', 'Mara');
    write('Day', '4');
    write('Month', '3');
    write('Year', '1990');
    fireEvent.click(screen.getByLabelText('non-binary'));
    fireEvent.click(screen.getByRole('button', { name: 'Step in' }));
    await waitFor(() => expect(sent).to.have.length(1));
    expect(sent).to.deep.equal([{ display_name: 'Mara', birth_date: '1990-03-04', gender: 'nonbinary' }]);
  });
});
