import { useQuery } from '@tanstack/react-query';
import { type TestResult as Result, testResultQuery } from '../../api/identity-providers.ts';
import { Failure, Loading } from '../../components/states.tsx';
import { PlanWords } from './plan-words.tsx';
import classes from './single-sign-on.module.css';

/** Where a test visit ends: what came back, and what it would have done. */
export function TestResult({ providerId, ticket }: { providerId: string; ticket: string }) {
  const result = useQuery(testResultQuery(providerId, ticket));
  if (result.isPending) return <Loading rows={4} label="Loading the test" />;
  if (result.isError) return <Failure error={result.error} retry={result.refetch} what="test" />;
  return <ResultBox result={result.data} />;
}

export function ResultBox({ result }: { result: Result }) {
  if (result.outcome === 'refused') {
    return (
      <section className={classes.result} data-refused aria-label="Result of the test">
        <h2>The test failed</h2>
        <p>{result.problem}</p>
        {result.attributes && <Said attributes={result.attributes} />}
        <p className={classes.dim}>Nothing was changed.</p>
      </section>
    );
  }
  const { person, attributes, wouldDo } = result;
  return (
    <section
      className={classes.result}
      data-refused={wouldDo.does === 'refuse' || undefined}
      aria-label="Result of the test"
    >
      <h2>The provider’s answer is understood</h2>
      <PlanWords plan={wouldDo} />
      <Said subject={person.subject} attributes={attributes} />
      <p className={classes.dim}>Nothing was changed.</p>
    </section>
  );
}

function Said({ subject, attributes }: { subject?: string; attributes: Record<string, string[]> }) {
  return (
    <details>
      <summary className={classes.summary}>What the provider said</summary>
      <table className={classes.said}>
        <tbody>
          {subject !== undefined && (
            <tr>
              <th scope="row">Lasting name</th>
              <td>{subject}</td>
            </tr>
          )}
          {Object.entries(attributes).map(([name, values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{values.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
