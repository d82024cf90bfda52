import { Type } from 'typebox';
import { NotFound } from '../errors.ts';
import { publicPicture } from '../http/response-headers.ts';
import { Answer, type Route, route } from '../http/route.ts';
import { findIcon } from './icons.ts';

export const iconRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/images/icons/:folder/:file',
    id: 'getIcon',
    tag: 'Icons',
    summary: 'A picture of an issue type, a priority or a status',
    access: 'no-door',
    scope: null,
    params: Type.Object({ folder: Type.String(), file: Type.String() }),
    responses: { 200: Type.String() },
    produces: 'image/svg+xml',
    handle: async ({ params }) => {
      const picture = findIcon(`${params.folder}/${params.file}`);
      if (picture === undefined) throw new NotFound('There is no such picture.');
      return new Answer(200, picture, publicPicture);
    },
  }),
];
