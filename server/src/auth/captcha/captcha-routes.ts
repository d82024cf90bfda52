import { Answer, type Call, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import { showCaptcha } from './captcha.ts';
import { drawWord } from './picture.ts';
import { speakDigits } from './sound.ts';

const common = {
  method: 'GET',
  tag: 'Session',
  access: 'no-door',
  scope: null,
  responses: { 200: null },
} as const;

const visit = (call: Call) => ({
  secure: call.secure,
  contextPath: call.contextPath,
  cookieHeader: call.cookieHeader,
  address: call.source.address,
});

/** What the sign-in page asks for once an account is locked; each answers one visitor once, for five minutes. */
export const captchaRoutes = (site: Site): Route[] => [
  route({
    ...common,
    path: '/captcha',
    id: 'getCaptcha',
    summary: 'A word in a picture, for the sign-in page',
    produces: 'image/png',
    handle: async (call) => {
      const { answer, cookie } = await showCaptcha(site, 'picture', visit(call));
      return new Answer(200, drawWord(answer), { 'Content-Type': 'image/png', 'Set-Cookie': cookie });
    },
  }),
  route({
    ...common,
    path: '/captcha.wav',
    id: 'getCaptchaSound',
    summary: 'Six spoken digits in place of the picture; three in five minutes for one address',
    produces: 'audio/wav',
    handle: async (call) => {
      const { answer, cookie } = await showCaptcha(site, 'sound', visit(call));
      return new Answer(200, speakDigits(answer), { 'Content-Type': 'audio/wav', 'Set-Cookie': cookie });
    },
  }),
];
