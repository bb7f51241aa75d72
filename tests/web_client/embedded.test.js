import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedIn, outside } from '../../web_client/embedded.js';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; SM-S918N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile';
const URL_ = 'https://consult.example/r/abc';

test('apps are known by what they say of themselves, browsers are none', () => {
  assert.equal(embeddedIn(`${IPHONE} Mobile/22B83 KAKAOTALK 11.2.5`), 'kakaotalk');
  assert.equal(embeddedIn(`${ANDROID} Safari/537.36 MicroMessenger/8.0.50 NetType/WIFI`), 'wechat');
  assert.equal(embeddedIn(`${IPHONE} Safari Line/14.16.0`), 'line');
  assert.equal(embeddedIn(`${ANDROID} Zalo android/12100679`), 'zalo');
  assert.equal(embeddedIn(`${IPHONE} [FBAN/FBIOS;FBAV/489.0]`), 'facebook');
  assert.equal(embeddedIn(`${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`), null);
  assert.equal(embeddedIn('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36'), null);
});

test('where an app has a way out it is used', () => {
  assert.equal(outside('kakaotalk', URL_, IPHONE), 'kakaotalk://web/openExternal?url=https%3A%2F%2Fconsult.example%2Fr%2Fabc');
  assert.equal(outside('line', URL_, IPHONE), `${URL_}?openExternalBrowser=1`);
  assert.equal(outside('zalo', URL_, ANDROID), 'intent://consult.example/r/abc#Intent;scheme=https;end');
  assert.equal(outside('zalo', URL_, IPHONE), null);
  assert.equal(outside('wechat', URL_, ANDROID), null, 'it lets nobody out but by its menu');
});
