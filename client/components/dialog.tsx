import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './dialog.module.css';

interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Its colours: a call is always dark. */
  evening?: boolean;
  /** Takes the whole screen: for the one moment that deserves it. */
  grand?: boolean;
}

/** A dialog that keeps the focus while it is open and gives it back afterwards. On a phone it comes from below. */
export function Dialog({ open, title, onClose, children, evening = false, grand = false }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened={open}
      onClose={onClose}
      transitionProps={{ duration: 0 }}
      className={[evening && 'evening', grand && styles.grand].filter(Boolean).join(' ')}
    >
      <Modal.Overlay className={styles.overlay} />
      <Modal.Content classNames={{ inner: styles.inner, content: styles.content }}>
        {/* Not Modal.Header: it is a <header>, and the page has one. */}
        <div className={styles.header}>
          <Modal.Title className={styles.title}>{title}</Modal.Title>
          <Modal.CloseButton className={styles.close} aria-label={t('close')} />
        </div>
        <Modal.Body className={styles.body}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
