/* Optional behaviour. Every page works with this file blocked. No dependencies. */
(function () {
  'use strict';
  var d = document;
  var all = function (selector, root) { return Array.prototype.slice.call((root || d).querySelectorAll(selector)); };
  var say = function (element, text) { if (element && element.textContent !== text) element.textContent = text; };
  var clock = function () { return new Date().toLocaleTimeString(d.documentElement.lang, { hour: '2-digit', minute: '2-digit', hour12: false }); };
  var post = function (url, form) {
    return fetch(url, { method: 'POST', body: new FormData(form), keepalive: true, credentials: 'same-origin' })
      .then(function (answer) { if (!answer.ok || answer.redirected) throw new Error(answer.status); });
  };
  // The browser itself reads the answer as a document without scripts: no text of ours ever becomes markup.
  var ask = function (url, form, arrived, failed) {
    var call = new XMLHttpRequest();
    call.open('POST', url);
    call.responseType = 'document';
    call.onload = function () {
      var there = call.status === 200 && call.response && call.responseURL === new URL(url, location.href).href;
      if (there) arrived(call.response.body.childNodes); else failed();
    };
    call.onerror = failed;
    call.send(new FormData(form));
    return call;
  };

  // One press, one submission; the server also knows each form by its submission_key.
  var free = function (form) {
    delete form.dataset.sent;
    all('[data-held]', form).forEach(function (button) { delete button.dataset.held; button.removeAttribute('aria-disabled'); });
  };
  d.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 1;
    all('button:not([type=button]):not([aria-disabled])', form).forEach(function (button) {
      button.dataset.held = 1;
      button.setAttribute('aria-disabled', 'true');
    });
    setTimeout(free, 20000, form);
  });
  addEventListener('pageshow', function () { all('form[data-sent]').forEach(free); });

  // Drafts: <form data-draft="address">, with a data-draft-status element that holds the words.
  all('form[data-draft]').forEach(function (form) {
    var out = form.querySelector('[data-draft-status]') || d.createElement('span');
    var words = out.dataset, timer, dirty = false, wait = 4000;
    var send = function () {
      clearTimeout(timer);
      if (!dirty || form.dataset.sent) return;
      dirty = false;
      say(out, words.saving || '');
      post(form.dataset.draft, form).then(function () {
        wait = 4000;
        say(out, (words.saved || '').replace('%s', clock()));
      }).catch(function () {
        dirty = true;
        wait = Math.min(wait * 2, 60000);
        say(out, words.failed || '');
        timer = setTimeout(send, wait);
      });
    };
    form.addEventListener('input', function () { dirty = true; clearTimeout(timer); timer = setTimeout(send, wait); });
    d.addEventListener('visibilitychange', function () { if (d.hidden) send(); });
    addEventListener('online', send);
  });

  // Live fragment: <form data-live="address" data-live-into="#id">. Focus stays where it is; a screen reader hears
  // only the sentence in data-say, and only when it changes.
  all('form[data-live]').forEach(function (form) {
    var timer, call, box = d.querySelector(form.dataset.liveInto), status = d.querySelector('[data-live-status]');
    if (!box) return;
    form.addEventListener('change', function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        if (call) call.abort();
        box.setAttribute('aria-busy', 'true');
        call = ask(form.dataset.live, form, function (nodes) {
          box.replaceChildren.apply(box, nodes);
          var said = box.querySelector('[data-say]');
          say(status, said ? said.dataset.say : '');
          box.removeAttribute('aria-busy');
        }, function () {
          box.removeAttribute('aria-busy');
          say(status, form.dataset.liveFailed || '');
        });
      }, 700);
    });
  });

  // Character counts: <textarea data-max="600"> and #<its id>-count with the words in data-tpl.
  all('textarea[data-max]').forEach(function (area) {
    var out = d.getElementById(area.id + '-count'), timer;
    if (out) area.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(function () { say(out, out.dataset.tpl.replace('%s', area.dataset.max - area.value.length)); }, 600);
    });
  });

  // --- Leaving the screen (accounts) ---
  // Shift three times, the link, or nobody there for data-idle seconds in any window: every window goes blank at once,
  // and the server keeps what forms held for this person alone; the window that began it waits for the others and then
  // signs out. While somebody is there, the server hears of it now and then.
  var away = d.querySelector('a[data-hide]'), others = away && 'BroadcastChannel' in window && new BroadcastChannel('parley');
  var presses = 0, last = 0, touched = Date.now(), heard = touched, told = touched, written = null;
  var parcel = function (form) {
    var made = d.createElement('form'), goal = new URL(form.getAttribute('action') || '', location.href);
    var put = function (name, value) {
      var field = made.appendChild(d.createElement('textarea'));
      field.name = name;
      field.value = value;
    };
    made.method = 'post';
    made.action = away.href;
    made.hidden = true;
    put('carried-to', goal.pathname + goal.search);
    new FormData(form).forEach(function (value, name) {
      if (typeof value === 'string') put(name === 'csrfmiddlewaretoken' ? name : 'carried:' + name, value);
    });
    return made;
  };
  var leave = function (isFirst) {
    var kept = written && written.isConnected && !written.dataset.sent ? parcel(written) : null;
    var go = function () { if (kept && isFirst) kept.submit(); else location.replace(away.href); };
    d.body.textContent = d.title = '';
    if (kept) d.body.appendChild(kept);
    if (isFirst && others) others.postMessage('leave');
    if (kept && !isFirst) fetch(away.href + '?stay', { method: 'POST', body: new FormData(kept), keepalive: true, credentials: 'same-origin' }).catch(function () {});
    setTimeout(go, isFirst ? (others ? 300 : 0) : 1500);
  };
  if (away) {
    away.addEventListener('click', function (event) { event.preventDefault(); leave(true); });
    d.addEventListener('keyup', function (event) {
      if (event.key !== 'Shift') { presses = 0; return; }
      var now = Date.now();
      presses = now - last < 1500 ? presses + 1 : 1;
      last = now;
      if (presses === 3) leave(true);
    });
    d.addEventListener('input', function (event) {
      var form = event.target.form;
      if (form && form.method === 'post' && form.elements.csrfmiddlewaretoken) written = form;
    });
    if (others) others.onmessage = function (event) { if (event.data === 'leave') leave(false); else touched = Date.now(); };
    ['keydown', 'pointerdown', 'scroll'].forEach(function (kind) {
      d.addEventListener(kind, function () {
        touched = Date.now();
        if (others && touched - told > 10000) { told = touched; others.postMessage('here'); }
        if (touched - heard > 120000) { heard = touched; fetch(away.dataset.awake, { credentials: 'same-origin' }).catch(function () {}); }
      }, { capture: true, passive: true });
    });
    setInterval(function () { if (Date.now() - touched >= away.dataset.idle * 1000) leave(true); }, 5000);
  }

  // A form that was sent already and only waited for a proof of who sits there goes on by itself, once.
  var waiting = d.querySelector('form[data-send-now]'), arrival = performance.getEntriesByType('navigation')[0];
  if (waiting && arrival && arrival.type === 'navigate') waiting.requestSubmit();

  // Shortcuts, only where <body data-keys>; a person can switch them off in Account. They move, they never send.
  if (d.body.hasAttribute('data-keys')) d.addEventListener('keydown', function (event) {
    var at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable) return;
    if (/^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === 'INPUT' && !/^(radio|checkbox)$/.test(at.type))) return;
    var goal = d.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!goal) return;
    event.preventDefault();
    if (goal.type === 'radio') goal.checked = true;
    if (goal.href) location.href = goal.href; else goal.focus();
  });

  // What is shown once goes after so many seconds, and with the page; a Refresh header does the same without a script.
  all('[data-gone-after]').forEach(function (box) {
    var clear = function () { box.textContent = ''; };
    addEventListener('pagehide', clear);
    setTimeout(function () { clear(); location.replace(box.dataset.away); }, box.dataset.goneAfter * 1000);
  });

  // A button that only a script can serve: it stays away where there is none.
  all('[data-print]').forEach(function (box) {
    box.hidden = false;
    box.addEventListener('click', function (event) { if (event.target.type === 'button') print(); });
  });

  // The error summary takes focus when the page opens.
  var errors = d.querySelector('.errs');
  if (errors) errors.focus();
})();
