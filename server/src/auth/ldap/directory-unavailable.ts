import { ServiceUnavailable } from '../../errors.ts';

/** The directory cannot be asked: it is down, too slow, not to be trusted, or says that something is set up wrongly. */
export class DirectoryUnavailable extends ServiceUnavailable {
  /** What exactly is wrong, for administrators. */
  readonly problem: string;
  /** A person's password was on its way already, so the directory may have counted a try. */
  readonly asked: boolean;

  constructor(
    directory: string,
    problem: string,
    { asked = false, cause }: { asked?: boolean; cause?: unknown } = {},
  ) {
    super({
      messages: [
        'The directory that knows this account does not answer. Try again later, or use an API token.',
      ],
      headers: { 'Retry-After': '10' },
      detail: `directory ${directory}: ${problem}`,
      why: { step: 'directory-unavailable' },
      cause,
    });
    this.problem = problem;
    this.asked = asked;
  }
}
