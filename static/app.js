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

  // Hide screen: Shift three times, or the link.
  var presses = 0, last = 0, away = d.querySelector('a[data-hide]');
  d.addEventListener('keyup', function (event) {
    if (!away || event.key !== 'Shift') { presses = 0; return; }
    var now = Date.now();
    presses = now - last < 1500 ? presses + 1 : 1;
    last = now;
    if (presses === 3) { d.body.textContent = ''; location.replace(away.href); }
  });

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

  // The error summary takes focus when the page opens.
  var errors = d.querySelector('.errs');
  if (errors) errors.focus();
})();
