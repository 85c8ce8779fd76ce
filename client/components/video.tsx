import { useEffect, useRef } from 'react';

interface LiveVideoProps {
  stream: MediaStream | null;
  label: string;
  muted?: boolean;
  className?: string | undefined;
  ref?: React.RefObject<HTMLVideoElement | null>;
}

/** A video that shows a live stream. */
export function LiveVideo({ stream, label, muted = false, className, ref }: LiveVideoProps) {
  const own = useRef<HTMLVideoElement>(null);
  const video = ref ?? own;
  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === stream) return;
    element.srcObject = stream;
    // Refused where nobody has touched the page yet; the next touch plays it.
    if (stream)
      element.play().catch(() => addEventListener('pointerdown', () => void element.play(), { once: true }));
  }, [stream, video]);
  return <video ref={video} className={className} aria-label={label} autoPlay playsInline muted={muted} />;
}
