import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { useSite } from './support/site.ts';

describe('issues', () => {
  const site = useSite();
  const browser = useBrowser();
  const at = (path: string) => `${site.current.url}${path}`;
  const rest = async (path: string) => {
    const response = await fetch(at(path), {
      headers: { Authorization: `Basic ${Buffer.from('fred:fred').toString('base64')}` },
    });
    return (await response.json()) as { fields: Record<string, any> };
  };

  /** Types a new issue in from wherever the page is; the dialog's first input has the focus. */
  async function createByKeyboard(page: Page, summary: string): Promise<string> {
    await page.keyboard.press('c');
    await page.getByRole('dialog').getByRole('textbox', { name: 'Summary' }).waitFor();
    await page.locator('[data-field="summary"] :focus').waitFor();
    await page.keyboard.type(summary);
    await page.keyboard.press('Tab');
    await page.keyboard.type('First line');
    await page.keyboard.press('Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/browse\/QA-\d+$/);
    await page.getByRole('heading', { level: 1, name: summary }).waitFor();
    return page.url().split('/').at(-1) ?? '';
  }

  it('are created by keyboard alone', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    const key = await createByKeyboard(page, 'Keys only');
    const { fields } = await rest(`/rest/api/2/issue/${key}`);
    expect(fields.summary).toBe('Keys only');
    expect(fields.description).toBe('First line\nsecond line');
    expect(fields.reporter.name).toBe('fred');
  });

  it('say at the field what is missing, and keep what was written', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Description').fill('Only this');
    await dialog.getByRole('button', { name: 'Create issue' }).click();
    const summary = dialog.getByRole('textbox', { name: 'Summary' });
    await dialog.getByText('Summary is required.').waitFor();
    expect(await summary.getAttribute('aria-invalid')).toBe('true');
    await page.locator('[data-field="summary"] :focus').waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByText('Discard what you have written?').waitFor();
    await dialog.getByRole('button', { name: 'Keep writing' }).click();
    expect(await dialog.getByLabel('Description').inputValue()).toBe('Only this');
  });

  it('show a refusal of the server at the field that it names', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred', refusals: [400] });
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Summary' }).fill('x'.repeat(300));
    await dialog.getByRole('button', { name: 'Create issue' }).click();
    await dialog.locator('[data-field="summary"] .mantine-TextInput-error').waitFor();
    expect(await dialog.locator('[data-field="summary"]').textContent()).toMatch(/255/);
  });

  it('are edited where they are read', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    const key = await createByKeyboard(page, 'To be edited');

    await page.keyboard.press('e');
    await page.getByLabel('Summary').fill('Edited');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Edited' }).waitFor();

    await page.getByRole('button', { name: /^Edit Priority/ }).click();
    await page.getByRole('option', { name: 'Highest' }).click();
    await page.getByRole('button', { name: 'Edit Priority: Highest' }).waitFor();

    await page.getByRole('button', { name: 'Assign to me' }).click();
    await page.getByRole('button', { name: 'Edit Assignee: Fred Normal' }).waitFor();

    await page.getByRole('button', { name: /^Edit Labels/ }).click();
    await page.keyboard.type('login regression');
    await page.keyboard.press('Tab');
    await page.getByRole('complementary', { name: 'Details' }).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit Labels: login regression' }).waitFor();

    await page.getByRole('button', { name: /^Edit Due date/i }).click();
    await page.getByLabel(/Due date/i).fill('2031-05-17');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Edit Due date: 17 May 2031/i }).waitFor();

    await page.getByRole('button', { name: 'Edit description' }).click();
    await page.getByRole('textbox', { name: 'Description' }).fill('Another text');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Another text').waitFor();

    const { fields } = await rest(`/rest/api/2/issue/${key}`);
    expect(fields).toMatchObject({
      summary: 'Edited',
      description: 'Another text',
      priority: { name: 'Highest' },
      assignee: { name: 'fred' },
      labels: ['login', 'regression'],
      duedate: '2031-05-17',
    });

    await page.getByRole('tab', { name: 'History' }).click();
    const history = await page.getByRole('tabpanel').textContent();
    for (const change of ['To be edited', 'Edited', 'Highest', '2031-05-17'])
      expect(history).toContain(change);
  });

  it('take numbers into custom fields, and give them up', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred' });
    await page.getByRole('button', { name: /^Edit Story Points/ }).click();
    await page.getByLabel('Story Points').fill('3.5');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit Story Points: 3.5' }).click();
    await page.getByLabel('Story Points').fill('');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit Story Points: None' }).waitFor();
  });

  it('are created as sub-tasks of others', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred' });
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'Sub-task' }).click();
    await dialog.getByRole('textbox', { name: 'Summary' }).fill('A part of it');
    await dialog.getByRole('button', { name: 'Create issue' }).click();
    await dialog.getByText('Parent is required.').waitFor();
    await dialog.getByRole('textbox', { name: 'Parent' }).fill('QA-31');
    await dialog.getByRole('button', { name: 'Create issue' }).click();
    await page.getByRole('heading', { level: 1, name: 'A part of it' }).waitFor();
    const key = page.url().split('/').at(-1);
    expect((await rest(`/rest/api/2/issue/${key}`)).fields.parent.key).toBe('QA-31');
    await page
      .getByRole('navigation', { name: 'Where this issue belongs' })
      .getByRole('link', { name: /QA-31/ })
      .click();
    await page
      .getByRole('region', { name: 'Sub-tasks' })
      .getByRole('link', { name: 'A part of it' })
      .waitFor();
  });

  it('are deleted after a question, by who may', async () => {
    const page = await browser.visit(at('/browse/PUB-12'), { as: 'admin', refusals: [404] });
    await page.getByRole('button', { name: 'More for this issue' }).click();
    await page.getByRole('menuitem', { name: 'Delete issue' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete issue' }).click();
    await page.waitForURL(/project=PUB/);
    await page.goto(at('/browse/PUB-12'));
    await page.getByRole('heading', { name: 'There is no such issue' }).waitFor();
  });

  it('leave a value alone when editing it is given up', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'fred' });
    await page.getByRole('button', { name: 'Edit the summary' }).waitFor();
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    await page.getByRole('button', { name: 'Edit the summary' }).click();
    await page.getByLabel('Summary').fill('Never saved');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(heading);
    await page.locator('[aria-label="Edit the summary"]:focus').waitFor();
  });

  it('are commented on; comments are edited and deleted', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    await createByKeyboard(page, 'To be discussed');
    await page.getByRole('button', { name: 'Write the first comment…' }).click();
    await page.keyboard.type('I see it too.');
    await page.keyboard.press('Control+Enter');
    const comments = page.getByRole('tabpanel').getByRole('listitem');
    await comments.getByText('I see it too.').waitFor();

    await page.getByRole('button', { name: 'More for Fred Normal’s comment' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('I see it no more.');
    await page.getByRole('button', { name: 'Save' }).click();
    await comments.getByText('I see it no more.').waitFor();

    await page.getByRole('button', { name: 'More for Fred Normal’s comment' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete comment' }).click();
    await comments.getByText('I see it no more.').waitFor({ state: 'detached' });
  });

  it('move along the workflow', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    const key = await createByKeyboard(page, 'To be done');
    await page.getByRole('status', { name: 'Status: To Do' }).waitFor();
    await page
      .getByRole('group', { name: 'Change the status' })
      .getByRole('button', { name: 'In Progress' })
      .click();
    await page.getByRole('status', { name: 'Status: In Progress' }).waitFor();
    expect(await page.getByRole('button', { name: 'In Progress' }).count()).toBe(0);
    expect((await rest(`/rest/api/2/issue/${key}`)).fields.status.name).toBe('In Progress');

    // The last step asks how the issue was resolved, and takes Enter for the usual answer.
    await page
      .getByRole('group', { name: 'Change the status' })
      .getByRole('button', { name: 'Done' })
      .click();
    await page.getByRole('dialog').locator('button[type=submit]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('status', { name: 'Status: Done' }).waitFor();
    const { fields } = await rest(`/rest/api/2/issue/${key}`);
    expect(fields).toMatchObject({ status: { name: 'Done' }, resolution: { name: 'Done' } });
  });

  it('are found by filters, sorted by columns and paged', async () => {
    const page = await browser.visit(at('/issues'), { as: 'fred' });
    const rows = page.locator('tbody tr');
    await page.getByRole('combobox', { name: 'Project' }).click();
    await page.getByRole('option', { name: /\(PUB\)/ }).click();
    await page.waitForURL(/project=PUB/);
    await rows.filter({ hasText: 'QA-' }).first().waitFor({ state: 'detached' });
    expect(await rows.first().textContent()).toContain('PUB-');

    await page.getByRole('button', { name: 'Key', exact: true }).click();
    await page.waitForURL(/sort=key/);
    await page
      .getByRole('columnheader', { name: 'Key' })
      .and(page.locator('[aria-sort="ascending"]'))
      .waitFor();
    await page.locator('tbody tr:first-child', { hasText: 'PUB-1' }).waitFor();

    await page.goto(at('/issues?project=QA&sort=key&start=10'));
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toContain('QA-11');
  });

  it('are searched with JQL, whose mistakes are shown at the box', async () => {
    const page = await browser.visit(at('/issues'), { as: 'fred', refusals: [400] });
    await page.getByRole('button', { name: 'Edit as JQL' }).click();
    const box = page.getByLabel('JQL query');
    await box.fill('project = QA AND');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('search', { name: 'Search with JQL' }).getByRole('alert');
    await alert.waitFor();
    expect((await alert.textContent())?.length).toBeGreaterThan(20);
    await box.fill('key = QA-31');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages of the list' }).getByText('1–1 of 1').waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  it('open from the list by j and Enter, and / leads to the search', async () => {
    const page = await browser.visit(at('/issues?jql=key%20%3D%20QA-31'), { as: 'fred' });
    await page.locator('tbody tr').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(at('/browse/QA-31'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('pub-1');
    await page.keyboard.press('Enter');
    await page.waitForURL(at('/browse/PUB-1'));
  });

  it('show markup in their texts as text', async () => {
    const page = await browser.visit(at('/issues?project=QA'), { as: 'fred' });
    const attack =
      '<img src=x onerror="document.title=1"><script>document.title=2</script>[x|javascript:alert(1)]';
    await createByKeyboard(page, attack);
    await page.getByRole('button', { name: 'Edit description' }).click();
    await page.getByRole('textbox', { name: 'Description' }).fill(attack);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Description' }).getByText('onerror').waitFor();
    expect(await page.locator('main img, main script, main a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).toContain('onerror');
  });

  it('are drawn out of harmless elements only, whatever the rendering holds', async () => {
    const page = await browser.visit(at('/issues'), {
      as: 'fred',
      refusals: [404],
      // The parser meets handlers and styles before they are dropped, and the browser says that it blocks them.
      expected: /^(Executing inline event handler|Applying inline style) violates/,
    });
    const hostile = `<p id="kept">Kept <b>bold</b> <a id="bad" href="javascript:document.title=1">link</a>
      <a href="https://example.com/x" onclick="document.title=2">good</a></p>
      <script>document.title=3</script><img src="x" onerror="document.title=4"><img src="https://example.com/p.png">
      <svg onload="document.title=5"><a href="javascript:1">x</a></svg><iframe srcdoc="<script>1</script>"></iframe>
      <style>main{display:none}</style><form action="/sign-in"><input name="password"></form>
      <div style="position:fixed;inset:0" class="skip" onmouseover="document.title=6">over</div>
      <object data="x"></object><a href="&#106;avascript:1">encoded</a><base href="https://example.com/">`;
    await page.route('**/rest/api/2/issue/QA-31?**', async (route) => {
      const response = await route.fetch();
      const issue = (await response.json()) as Record<string, object>;
      await route.fulfill({
        response,
        json: { ...issue, renderedFields: { ...issue.renderedFields, description: hostile } },
      });
    });
    await page.goto(at('/browse/QA-31'));
    const description = page.getByRole('region', { name: 'Description' });
    await description.getByText('Kept').waitFor();
    expect(await description.locator('b').textContent()).toBe('bold');
    const links = await description.locator('a[href]').evaluateAll((all) => all.map((one) => one.outerHTML));
    expect(links).toEqual(['<a href="https://example.com/x" rel="noopener noreferrer nofollow">good</a>']);
    const dangerous = 'script, svg, iframe, style, form, input, object, base, [style], [onclick], [onerror]';
    const text = description.locator('div:has(> p > b)');
    expect(await text.locator('p').count()).toBe(1);
    expect(await text.locator(dangerous).count()).toBe(0);
    // A picture stays only when it is the site's own.
    expect(await description.locator('img[src^="https://example.com"]').count()).toBe(0);
    await description.getByText('over').hover();
    expect(await page.title()).toMatch(/^QA-31 /);
  });

  it('are open to nobody or to everybody as their project says', async () => {
    const page = await browser.visit(at('/issues'), { refusals: [401] });
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody').textContent()).not.toContain('QA-');
    await page.goto(at('/browse/PUB-1'));
    await page.getByRole('status', { name: /^Status/ }).waitFor();
    expect(await page.getByRole('button', { name: /^Edit/ }).count()).toBe(0);
    await page.goto(at('/browse/QA-31'));
    await page.getByRole('heading', { name: 'Sign in to see this issue' }).waitFor();
  });

  it('tell who may not see them that they may not', async () => {
    const page = await browser.visit(at('/browse/QA-31'), { as: 'wilma', refusals: [403] });
    await page.getByRole('heading', { name: 'You may not see this issue' }).waitFor();
    expect(await page.getByRole('main').textContent()).toMatch(/Request \S+/);
  });

  it('that do not exist say so', async () => {
    const page = await browser.visit(at('/browse/QA-99999'), { as: 'fred', refusals: [404] });
    await page.getByRole('heading', { name: 'There is no such issue' }).waitFor();
  });
});
