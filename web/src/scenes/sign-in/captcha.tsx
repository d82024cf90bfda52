import { Button, TextInput } from '@mantine/core';
import { type Ref, useEffect, useRef, useState } from 'react';
import { siteUrl } from '../../api/base.ts';
import { RetryIcon, SoundIcon } from '../../components/icons.tsx';
import classes from './captcha.module.css';

interface CaptchaProps {
  /** Counts the attempts: each needs a riddle of its own. */
  round: number;
  inputRef: Ref<HTMLInputElement>;
  value: string;
  onChange: (word: string) => void;
  error?: string | undefined;
}

/** The word in the picture, or six spoken digits in its place: whichever was asked for last is what counts. */
export function Captcha({ round, inputRef, value, onChange, error }: CaptchaProps) {
  const [asked, setAsked] = useState(0);
  const [spoken, setSpoken] = useState(false);
  const [broken, setBroken] = useState(false);
  const sound = useSpokenDigits();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt begins with a picture
  useEffect(() => setSpoken(false), [round]);

  const showPicture = () => {
    setAsked(asked + 1);
    setSpoken(false);
    setBroken(false);
    sound.forget();
    onChange('');
  };
  const speak = async () => {
    onChange('');
    // Once there is a sound, the picture does not count any more.
    if (await sound.fetch()) setSpoken(true);
  };

  return (
    <fieldset className={classes.captcha}>
      <legend className="visually-hidden">Are you a person?</legend>
      {spoken ? (
        <p className={classes.spoken}>Six digits are read out to you. Type them below.</p>
      ) : broken ? (
        <p className={classes.spoken} role="alert">
          The picture could not be loaded. Ask for another one.
        </p>
      ) : (
        <img
          className={classes.picture}
          src={new URL(`captcha?t=${round}.${asked}`, siteUrl).href}
          alt="A distorted word. If you cannot see it, play six digits as sound instead."
          width={300}
          height={100}
          onError={() => setBroken(true)}
        />
      )}
      <div className={classes.other}>
        {spoken ? (
          <Button variant="default" size="xs" leftSection={<SoundIcon size={14} />} onClick={sound.play}>
            Play again
          </Button>
        ) : (
          <Button
            variant="default"
            size="xs"
            leftSection={<SoundIcon size={14} />}
            // Not disabled meanwhile: the focus stays.
            aria-busy={sound.isLoading}
            onClick={speak}
          >
            Play as sound
          </Button>
        )}
        <Button variant="default" size="xs" leftSection={<RetryIcon size={14} />} onClick={showPicture}>
          {spoken ? 'Show a picture' : 'Another picture'}
        </Button>
      </div>
      {sound.failure !== '' && (
        <p className={classes.failure} role="alert">
          {sound.failure}
        </p>
      )}
      <TextInput
        ref={inputRef}
        label={spoken ? 'The six digits' : 'Word in the picture'}
        name="captcha"
        inputMode={spoken ? 'numeric' : 'text'}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        required
        withAsterisk={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
      />
    </fieldset>
  );
}

/**
 * Fetched once and played from memory: an audio element may ask for its source several times, and every answer
 * is another riddle.
 */
function useSpokenDigits() {
  const audio = useRef<AudioContext>(null);
  const digits = useRef<AudioBuffer>(null);
  const playing = useRef<AudioBufferSourceNode>(null);
  const [isLoading, setIsLoading] = useState(false);
  const [failure, setFailure] = useState('');
  useEffect(() => () => void audio.current?.close(), []);

  const stop = () => {
    playing.current?.stop();
    playing.current = null;
  };
  const play = () => {
    stop();
    if (!audio.current || !digits.current) return;
    const source = audio.current.createBufferSource();
    source.buffer = digits.current;
    source.connect(audio.current.destination);
    source.start();
    playing.current = source;
  };
  const fetchDigits = async (): Promise<boolean> => {
    if (isLoading) return false;
    stop();
    setIsLoading(true);
    setFailure('');
    audio.current ??= new AudioContext();
    try {
      const response = await fetch(new URL('captcha.wav', siteUrl), { credentials: 'same-origin' });
      if (!response.ok) {
        setFailure(
          response.status === 429
            ? 'That is enough sounds for now: use the picture, or wait five minutes.'
            : 'The sound could not be loaded. Try again, or use the picture.',
        );
        return false;
      }
      digits.current = await audio.current.decodeAudioData(await response.arrayBuffer());
      play();
      return true;
    } catch {
      setFailure('The sound could not be played. Use the picture.');
      return false;
    } finally {
      setIsLoading(false);
    }
  };
  const forget = () => {
    stop();
    setFailure('');
  };
  return { fetch: fetchDigits, play, forget, isLoading, failure };
}
