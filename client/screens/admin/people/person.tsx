import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { isProblem } from '../../../api/problem.ts';
import { Opening } from '../../../app/opening.tsx';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import Lost from '../../lost/lost.tsx';
import { useDesk } from '../desk.ts';
import { Room } from '../room.tsx';
import { SanctionForm } from '../sanctionForm.tsx';
import { useStaff } from '../staff.ts';
import { useDeed } from '../useDeed.ts';
import { PersonCard } from './personCard.tsx';
import { RoleForm } from './roleForm.tsx';

/** One person, and what may be done without a flag. */
export default function Person() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const desk = useDesk();
  const staff = useStaff();
  const person = useQuery({ queryKey: ['admin', 'person', id], queryFn: () => desk.person(id) });
  if (isProblem(person.error, 'not_found', 'invalid')) return <Lost />;
  if (!person.data) return <Opening problem={person.error} />;
  const { account, names } = person.data;
  const name = names[id] ?? t('admin.gone');
  const mayHaveRole = staff.role === 'admin' && staff.id !== id && account?.kind === 'member';
  return (
    <Room
      title={name}
      aside={
        <>
          <Sanction userId={id} name={name} />
          <p>
            <Link to={`/admin/restrictions?show=all&user_id=${id}`}>{t('admin.person.manage')}</Link>
          </p>
          {mayHaveRole && <RoleForm key={account.role} userId={id} role={account.role} />}
        </>
      }
    >
      <PersonCard person={person.data} names={names} named={false} />
    </Room>
  );
}

function Sanction({ userId, name }: { userId: string; name: string }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { act, busy, problem } = useDeed();
  const [open, setOpen] = useState(false);
  const title = t('admin.person.sanction');
  return (
    <>
      <Button onClick={() => setOpen(true)}>{title}</Button>
      <Dialog open={open} title={t('admin.sanction.titlePerson', { name })} onClose={() => setOpen(false)}>
        <SanctionForm
          actions={['warn', 'restrict']}
          category={null}
          busy={busy}
          problem={problem}
          onSubmit={async ({ action, reason = '', ...rest }) => {
            const kind = action === 'warn' ? 'warning' : 'restriction';
            const order = { user_id: userId, kind, reason, ...rest } as const;
            if (await act(() => desk.impose(order), t('admin.restrictions.imposed'))) setOpen(false);
          }}
        />
      </Dialog>
    </>
  );
}
