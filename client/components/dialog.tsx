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
}

/** A dialog that keeps the focus while it is open and gives it back afterwards. On a phone it comes from below. */
export function Dialog({ open, title, onClose, children, evening = false }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={title}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('close') }}
      classNames={{
        root: evening ? 'evening' : '',
        overlay: styles.overlay,
        inner: styles.inner,
        content: styles.content,
        header: styles.header,
        title: styles.title,
        close: styles.close,
        body: styles.body,
      }}
    >
      {children}
    </Modal>
  );
}
