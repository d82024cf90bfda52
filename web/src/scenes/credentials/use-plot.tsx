import type { CredentialUse } from '../../api/tokens.ts';
import { day } from '../../components/when.tsx';
import classes from './credentials.module.css';

const width = 600;
const height = 120;

/** Requests of each day as bars; the numbers are in a table for who cannot see them. */
export function UsePlot({ days }: Pick<CredentialUse, 'days'>) {
  const most = Math.max(1, ...days.map(({ requests }) => requests));
  const total = days.reduce((sum, { requests }) => sum + requests, 0);
  const step = width / days.length;
  const used = days.filter(({ requests }) => requests > 0);
  const [first, last] = [days[0], days.at(-1)];
  const words =
    total === 0
      ? `No requests in the last ${days.length} days`
      : `${total.toLocaleString('en')} requests in the last ${days.length} days, at most ${most.toLocaleString('en')} a day`;
  return (
    <figure className={classes.plot}>
      <figcaption>{words}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className={classes.axis} />
        {days.map(({ date, requests }, i) => {
          if (requests === 0) return null;
          const tall = Math.max(2, (requests / most) * (height - 4));
          return (
            <rect
              key={date}
              x={i * step + 0.75}
              y={height - tall}
              width={step - 1.5}
              height={tall}
              rx="1"
              className={classes.bar90}
            >
              <title>{`${day(date)}: ${requests.toLocaleString('en')}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={classes.ends} aria-hidden="true">
        <span>{first && day(first.date)}</span>
        <span>{last && day(last.date)}</span>
      </div>
      {used.length > 0 && (
        <table className="visually-hidden">
          <caption>Requests by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Requests</th>
            </tr>
          </thead>
          <tbody>
            {used.map(({ date, requests }) => (
              <tr key={date}>
                <td>{day(date)}</td>
                <td>{requests}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </figure>
  );
}
