/* Passkeys: <div data-passkey="create|get" data-options="..."> in a form with a hidden input named credential.
   The two calls to the browser are those of webauthn-json, which ships with allauth. */
(function () {
  'use strict';
  var box = document.querySelector('[data-passkey]'), failed = document.querySelector('[data-passkey-failed]');
  if (!box || !window.webauthnJSON || !webauthnJSON.supported()) return;
  var form = box.closest('form'), options = JSON.parse(box.dataset.options);
  box.hidden = false;
  box.querySelector('button').addEventListener('click', function () {
    failed.hidden = true;
    webauthnJSON[box.dataset.passkey](options).then(function (credential) {
      form.elements.credential.value = JSON.stringify(credential);
      form.requestSubmit();
    }).catch(function () { failed.hidden = false; });
  });
})();
