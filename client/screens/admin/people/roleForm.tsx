import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { OneOf } from '../../../components/choice.tsx';
import { FieldGroup } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import styles from '../form.module.css';
import { useDeed } from '../useDeed.ts';
import type { Role } from '../wire.ts';

const roles = ['member', 'moderator', 'admin'] as const;

/** An admin gives a role, or takes it. */
export function RoleForm({ userId, role }: { userId: string; role: Role }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { act, busy, problem } = useDeed();
  const [chosen, choose] = useState(role);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => desk.setRole(userId, chosen), t('admin.person.roleKept'));
      }}
    >
      <FieldGroup label={t('admin.person.roleLabel')}>
        <OneOf
          value={chosen}
          onChange={choose}
          options={roles.map((value) => ({ value, label: t(`admin.person.role.${value}`) }))}
        />
      </FieldGroup>
      {problem}
      {chosen !== role && (
        <Button type="submit" busy={busy}>
          {t('save')}
        </Button>
      )}
    </form>
  );
}
