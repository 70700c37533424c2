import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxiedPage, proxiedUrl } from './proxied-links.ts';

const place = { prefix: '/api/v1/namespaces/a/pods/b/proxy', host: '10.0.0.1:80' };

test('paths on the backend lead through the proxy', () => {
  assert.equal(proxiedUrl('/x?y=1', place), `${place.prefix}/x?y=1`);
  assert.equal(proxiedUrl('http://10.0.0.1:80/x', place), `${place.prefix}/x`);
});

test('relative links, other hosts and links that lead there already stay', () => {
  for (const url of ['x/y', '#top', 'https://example.com/x', '//example.com/x', `${place.prefix}/x`])
    assert.equal(proxiedUrl(url, place), url);
});

test('only attributes that hold URLs are changed', () => {
  const page = `<html><a class="/no" href="/yes">/no</a><img src='/yes'><p title="/no"><form action=/yes></html>`;
  const expected = `<html><a class="/no" href="${place.prefix}/yes">/no</a><img src='${place.prefix}/yes'><p title="/no"><form action=${place.prefix}/yes></html>`;
  assert.equal(proxiedPage(page, place), expected);
});
