const everyMs = 60;

/**
 * How loud a stream's microphone is, again and again, until told to stop.
 * @param hear is given 0 (silence) to 1
 * @returns stops listening
 */
export function listen(stream: MediaStream, hear: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let smooth = 0;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const decibels = 10 * Math.log10(power + 1e-9); // speech is about -40 to -15
    const level = Math.min(1, Math.max(0, (decibels + 60) / 48));
    smooth = Math.max(level, smooth * 0.82);
    hear(smooth);
  }, everyMs);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
