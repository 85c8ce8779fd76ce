import { useEffect, useRef, useState, type RefObject } from 'react';
import { LiveVideo } from '../../components/video.tsx';
import { fitOf, type Fit } from './fit.ts';
import styles from './remote.module.css';

interface RemoteProps {
  ref: RefObject<HTMLVideoElement | null>;
  stream: MediaStream | null;
  label: string;
  shown: boolean;
}

/** The partner's picture. */
export function Remote({ ref, stream, label, shown }: RemoteProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [fit, setFit] = useState<Fit>('fill');
  useEffect(() => {
    const [video, box] = [ref.current, frame.current];
    if (!video || !box) return;
    const measure = () => {
      const { videoWidth, videoHeight } = video;
      if (videoWidth > 0 && box.clientHeight > 0)
        setFit(fitOf(videoWidth / videoHeight, box.clientWidth / box.clientHeight));
    };
    const watcher = new ResizeObserver(measure);
    watcher.observe(box);
    video.addEventListener('resize', measure);
    return () => {
      watcher.disconnect();
      video.removeEventListener('resize', measure);
    };
  }, [ref]);
  return (
    <div ref={frame} className={shown ? styles.remote : styles.dark}>
      {fit !== 'fill' && <Backdrop of={ref} />}
      <LiveVideo ref={ref} stream={stream} label={label} className={styles[fit]} />
    </div>
  );
}

const backdropEveryMs = 250;

/** The same picture behind itself: a few pixels, drawn a few times a second, are a blur when they fill a window. */
function Backdrop({ of }: { of: RefObject<HTMLVideoElement | null> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = () => {
      const context = canvas.current?.getContext('2d');
      if (of.current && context) context.drawImage(of.current, 0, 0, 16, 16);
    };
    draw();
    const drawing = setInterval(draw, backdropEveryMs);
    return () => clearInterval(drawing);
  }, [of]);
  return <canvas ref={canvas} width={16} height={16} className={styles.backdrop} aria-hidden="true" />;
}
