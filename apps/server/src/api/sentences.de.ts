/**
 * The sentences of the server in German, by their English form. `{1}`, `{2}` … are what the English puts in, in its order.
 * test/language.test.ts finds every sentence of the code and asks for its German here.
 */
import { MAIL_GERMAN } from './mail-sentences.de.ts';

export const GERMAN: Readonly<Record<string, string>> = {
  ...MAIL_GERMAN,
  // Titles of problems.
  'The request is not valid': 'Die Anfrage ist nicht gültig',
  'Log on or send an API key': 'Melden Sie sich an, oder senden Sie einen API-Schlüssel',
  'The log-on was not accepted': 'Die Anmeldung wurde nicht angenommen',
  'The password alone is not enough': 'Das Passwort allein reicht nicht',
  'The passcode alone is not enough': 'Der Passcode allein reicht nicht',
  'You are not permitted to do this': 'Das dürfen Sie nicht',
  'The request came from another site': 'Die Anfrage kam von einer anderen Website',
  'There is no such thing': 'Das gibt es nicht',
  'It exists already': 'Das gibt es schon',
  'It is still in use': 'Es wird noch verwendet',
  'This is not possible in the present state': 'Das ist im gegenwärtigen Zustand nicht möglich',
  'The user has as many tokens as are allowed': 'Der Benutzer hat so viele Token, wie erlaubt sind',
  'There is no token to assign': 'Es gibt kein Token zum Zuweisen',
  'The last Super Admin stays': 'Der letzte Super Admin bleibt',
  'This password cannot be used': 'Dieses Passwort kann nicht verwendet werden',
  'This activation code cannot be used': 'Dieser Aktivierungscode kann nicht verwendet werden',
  'This passcode is not accepted': 'Dieser Passcode wird nicht angenommen',
  'This PIN cannot be used': 'Diese PIN kann nicht verwendet werden',
  'This certificate cannot be used': 'Dieses Zertifikat kann nicht verwendet werden',
  'This device definition cannot be used': 'Diese Gerätedefinition kann nicht verwendet werden',
  'Somebody else has edited it meanwhile': 'Jemand anderes hat es inzwischen bearbeitet',
  'Say which version you are editing (If-Match)': 'Sagen Sie, welche Fassung Sie bearbeiten (If-Match)',
  'Too many attempts; wait before trying again': 'Zu viele Versuche; warten Sie vor dem nächsten',
  'The request is too large': 'Die Anfrage ist zu groß',
  'The server cannot do this at the moment': 'Der Server kann das im Augenblick nicht',
  'The server failed': 'Der Server hat versagt',

  // Self-service.
  'This changed at this moment, perhaps in another window. Look again.':
    'Das hat sich in diesem Augenblick geändert, vielleicht in einem anderen Fenster. Sehen Sie erneut nach.',
  'Enter a passcode of the token you have first': 'Geben Sie zuerst einen Passcode Ihres Tokens ein',
  'Change your password first': 'Ändern Sie zuerst Ihr Passwort',
  '{1} has no token {2}.': '{1} hat kein Token {2}.',
  'Token {1} is being replaced already, or replaces another one itself.':
    'Token {1} wird schon ersetzt oder ersetzt selbst ein anderes.',
  'This is switched off here. Ask your help desk.': 'Das ist hier ausgeschaltet. Fragen Sie Ihren Helpdesk.',
  'Your session has ended. Log on again.': 'Ihre Sitzung ist beendet. Melden Sie sich erneut an.',
  'Choose a new password first.': 'Wählen Sie zuerst ein neues Passwort.',
  'Too many wrong tries. Wait a minute, then try again.':
    'Zu viele falsche Versuche. Warten Sie eine Minute, und versuchen Sie es dann erneut.',
  'This passcode was not accepted. Wait for the next one and enter it.':
    'Dieser Passcode wurde nicht angenommen. Warten Sie auf den nächsten, und geben Sie ihn ein.',
  'The user is disabled. Enable the user first.': 'Der Benutzer ist deaktiviert. Aktivieren Sie ihn zuerst.',
  'No activation window is open for this user. Look again.':
    'Für diesen Benutzer ist kein Aktivierungsfenster offen. Sehen Sie erneut nach.',
  'This token is activated with a link and a code from your administrator. If they do not work any more, ask for new ones.':
    'Dieses Token wird mit einem Link und einem Code Ihres Administrators aktiviert. Gehen sie nicht mehr, bitten Sie um neue.',
  'This code was used, or your administrator withdrew it. Look again.':
    'Dieser Code wurde verwendet, oder Ihr Administrator hat ihn zurückgezogen. Sehen Sie erneut nach.',
  'This token cannot be moved here. Ask your help desk to send it to you anew for the other device.':
    'Dieses Token kann hier nicht umziehen. Bitten Sie den Helpdesk, es Ihnen für das andere Gerät neu zu schicken.',
  'This approval is wrong, was used already, or is too old. Let the device that has the token show a new one.':
    'Diese Zustimmung ist falsch, schon verwendet oder zu alt. Lassen Sie das Gerät, das das Token hat, eine neue zeigen.',
  'The way in which such tokens are distributed has changed. Ask your help desk to send it to you anew.':
    'Die Art, wie solche Token verteilt werden, hat sich geändert. Bitten Sie den Helpdesk, es Ihnen neu zu schicken.',
  'You reported this token as lost. If you have found it, tell your help desk.':
    'Sie haben dieses Token als verloren gemeldet. Haben Sie es gefunden, sagen Sie es dem Helpdesk.',
  'This token is disabled. Ask your help desk to enable it.':
    'Dieses Token ist deaktiviert. Bitten Sie den Helpdesk, es zu aktivieren.',
  'This token has expired. Ask your help desk for another one.':
    'Dieses Token ist abgelaufen. Bitten Sie den Helpdesk um ein anderes.',
  'Enter a passcode of the token you have. If you do not have it any more, ask your administrator to open an activation window.':
    'Geben Sie einen Passcode Ihres Tokens ein. Haben Sie es nicht mehr, bitten Sie Ihren Administrator, ein Aktivierungsfenster zu öffnen.',
  'This token was not distributed to you yet. Ask your help desk for it.':
    'Dieses Token wurde noch nicht an Sie verteilt. Bitten Sie den Helpdesk darum.',
  'No app has activated this token yet. Scan the QR code first.':
    'Noch keine App hat dieses Token aktiviert. Scannen Sie zuerst den QR-Code.',
  'Enter a passcode of your token first. If you have forgotten your PIN, ask your help desk to clear it.':
    'Geben Sie zuerst einen Passcode Ihres Tokens ein. Haben Sie Ihre PIN vergessen, bitten Sie den Helpdesk, sie zu löschen.',
  '{1} has no password; there is nothing to take away.': '{1} hat kein Passwort; es gibt nichts wegzunehmen.',
  'You have no password. Ask your help desk for one.':
    'Sie haben kein Passwort. Bitten Sie den Helpdesk um eines.',
  'Your present password is wrong.': 'Ihr jetziges Passwort ist falsch.',
  'Choose a password that is not the present one.': 'Wählen Sie ein anderes Passwort als das jetzige.',
  'You have no token with the serial number {1}. Look at your authenticators again.':
    'Sie haben kein Token mit der Seriennummer {1}. Sehen Sie Ihre Authenticators erneut an.',
  'The user ID does not go with this password or passcode.':
    'Die Benutzer-ID passt nicht zu diesem Passwort oder Passcode.',

  // Mail.
  'There is no such mail, or it was forgotten after a while.':
    'Diese Mail gibt es nicht, oder sie wurde nach einer Weile vergessen.',
  'What this mail tells about has expired. Distribute the token again instead.':
    'Wovon diese Mail erzählt, ist abgelaufen. Verteilen Sie das Token stattdessen erneut.',
  'Only a mail that could not be sent can be sent again.':
    'Nur eine Mail, die nicht gesendet werden konnte, kann erneut gesendet werden.',
  '{1} Save it, then send the test mail.': '{1} Speichern Sie es, und senden Sie dann die Testmail.',
  'Please come to the service desk first.': 'Bitte kommen Sie zuerst zum Servicedesk.',

  // RADIUS clients and agents.
  'There is no such authentication agent.': 'Diesen Authentifizierungs-Agenten gibt es nicht.',
  'There is an authentication agent "{1}" already. Choose another name.':
    'Es gibt schon einen Authentifizierungs-Agenten „{1}“. Wählen Sie einen anderen Namen.',
  '"{1}" is neither an address nor a CIDR range; write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.':
    '„{1}“ ist weder eine Adresse noch ein CIDR-Bereich; schreiben Sie 192.0.2.7, 192.0.2.0/24 oder 2001:db8::/32.',
  '{1} names an address beyond its prefix; write {2} for the range, or the address alone.':
    '{1} nennt mehr Adresse als das Präfix; schreiben Sie {2} für den Bereich oder nur die Adresse.',
  'There are {1} RADIUS clients. Give those of one network one entry.':
    'Es gibt {1} RADIUS-Clients. Geben Sie denen eines Netzes einen gemeinsamen Eintrag.',
  'The attributes take {1} octets together; {2} fit into a reply.':
    'Die Attribute brauchen zusammen {1} Oktette; {2} passen in eine Antwort.',
  'There is a RADIUS client with the name "{1}", the network {2} or this certificate already. Edit that one.':
    'Es gibt schon einen RADIUS-Client mit dem Namen „{1}“, dem Netz {2} oder diesem Zertifikat. Bearbeiten Sie diesen.',
  'There is no such RADIUS client.': 'Diesen RADIUS-Client gibt es nicht.',

  // TLS certificates.
  'The request was answered or deleted at this moment. Look again.':
    'Die Anforderung wurde in diesem Augenblick beantwortet oder gelöscht. Sehen Sie erneut nach.',
  'This is a request. Upload the certificate that answers it.':
    'Dies ist eine Anforderung. Laden Sie das Zertifikat hoch, das sie beantwortet.',
  'This certificate is in use. Use another one first.':
    'Dieses Zertifikat wird verwendet. Verwenden Sie zuerst ein anderes.',
  'There is no certificate "{1}".': 'Es gibt kein Zertifikat „{1}“.',
  '{1} Nothing was changed.': '{1} Es wurde nichts geändert.',
  'This server speaks plain HTTP: the certificate is the one of the proxy before it. Replace it there.':
    'Dieser Server spricht unverschlüsseltes HTTP: Das Zertifikat ist das des Proxys davor. Ersetzen Sie es dort.',

  // One deed on many tokens.
  'Say which security domain.': 'Sagen Sie, welche Sicherheitsdomäne.',
  'Say which token profile.': 'Sagen Sie, welches Token-Profil.',
  'Only a profile for QR code delivery: with any other the codes would have to be handed over one by one.':
    'Nur ein Profil mit Zustellung per QR-Code: Bei jedem anderen müssten die Codes einzeln übergeben werden.',

  // Requests.
  'Too many failed log-ons from this address. Wait a minute.':
    'Zu viele misslungene Anmeldungen von dieser Adresse. Warten Sie eine Minute.',
  'The user name or the password is wrong.': 'Der Benutzername oder das Passwort ist falsch.',
  'The API key is unknown or revoked.': 'Der API-Schlüssel ist unbekannt oder widerrufen.',
  'The API key has expired.': 'Der API-Schlüssel ist abgelaufen.',
  'The API key is inactive: its owner is disabled.':
    'Der API-Schlüssel ist unwirksam: Sein Besitzer ist deaktiviert.',
  'The API key is inactive: its owner was deleted.':
    'Der API-Schlüssel ist unwirksam: Sein Besitzer wurde gelöscht.',
  'The API key is inactive: its owner may do nothing of what it is for.':
    'Der API-Schlüssel ist unwirksam: Sein Besitzer darf nichts von dem, wofür er da ist.',
  'Only an administrator can own an API key. Log on to the Security Console.':
    'Nur ein Administrator kann einen API-Schlüssel besitzen. Melden Sie sich an der Security Console an.',
  'Send an API key (Authorization: Bearer …) or log on.':
    'Senden Sie einen API-Schlüssel (Authorization: Bearer …), oder melden Sie sich an.',
  'Requests that change something must come from the console itself.':
    'Anfragen, die etwas ändern, müssen von der Konsole selbst kommen.',
  'Send If-Match with the version (ETag) that you edited, such as "3".':
    'Senden Sie If-Match mit der Fassung (ETag), die Sie bearbeitet haben, etwa "3".',
  'It is at version {1} by now. Load it again and repeat your change.':
    'Es ist inzwischen bei Fassung {1}. Laden Sie es neu, und wiederholen Sie Ihre Änderung.',
  'The database cannot be used at the moment. Try again; a change that was under way may have been made.':
    'Die Datenbank ist im Augenblick nicht verfügbar. Versuchen Sie es noch einmal; eine begonnene Änderung kann schon wirksam sein.',
  'Prove again that it is you': 'Weisen Sie erneut nach, wer Sie sind',
  'Prove again that it is you: by your passkey, or by your password and the passcode of your token where you have one.':
    'Weisen Sie erneut nach, wer Sie sind: mit Ihrem Passkey oder mit Ihrem Passwort und, wenn Sie ein Token haben, dessen Passcode.',
  'This passkey is of somebody else. Use one of your own, or your password.':
    'Dieser Passkey gehört jemand anderem. Verwenden Sie einen eigenen oder Ihr Passwort.',
  'You have no such session; it may have ended by itself.':
    'Sie haben keine solche Sitzung; vielleicht ist sie von selbst abgelaufen.',
  'Change your own password under My log-on: the present one is asked for there.':
    'Ändern Sie Ihr eigenes Passwort unter „Meine Anmeldung“: Dort wird das jetzige verlangt.',
  'Too many people are logging on right now. Try again in a moment.':
    'In diesem Augenblick melden sich zu viele an. Versuchen Sie es gleich noch einmal.',
  'A text in the request is not valid Unicode: it has half of a surrogate pair.':
    'Ein Text in der Anfrage ist kein gültiges Unicode: Er enthält ein halbes Surrogatpaar.',
  'The request body is larger than any valid one.': 'Der Inhalt der Anfrage ist größer als jeder gültige.',
  'The request cannot be read: send JSON with content-type application/json.':
    'Die Anfrage ist nicht lesbar: senden Sie JSON mit dem content-type application/json.',
  'The server failed. Its log says why.': 'Der Server hat versagt. Sein Log sagt, warum.',
  'There is nothing at this address.': 'Unter dieser Adresse gibt es nichts.',

  // Fields.
  'This has to be text.': 'Das muss ein Text sein.',
  'This has to be a number.': 'Das muss eine Zahl sein.',
  'This has to be a whole number.': 'Das muss eine ganze Zahl sein.',
  'This has to be true or false.': 'Das muss true oder false sein.',
  'This has to be a list.': 'Das muss eine Liste sein.',
  'This has to be an object.': 'Das muss ein Objekt sein.',
  'This has to be one of: {1}.': 'Das muss eines davon sein: {1}.',
  'This is needed.': 'Das wird gebraucht.',
  'This has not the form that is asked for.': 'Das hat nicht die verlangte Form.',
  'This is not an e-mail address.': 'Das ist keine E-Mail-Adresse.',
  'This is not a time such as 2030-01-31T12:00:00Z.': 'Das ist keine Zeit wie 2030-01-31T12:00:00Z.',
  'This is not a date such as 2030-01-31.': 'Das ist kein Datum wie 2030-01-31.',
  'This is not an address that can be used here.': 'Das ist keine Adresse, die hier verwendet werden kann.',
  'This is not a GUID.': 'Das ist keine GUID.',
  'This is not a UUID.': 'Das ist keine UUID.',
  'At least {1} characters are needed.': 'Mindestens {1} Zeichen sind nötig.',
  'At least {1} entries are needed.': 'Mindestens {1} Einträge sind nötig.',
  'At most {1} characters are allowed.': 'Höchstens {1} Zeichen sind erlaubt.',
  'At most {1} entries are allowed.': 'Höchstens {1} Einträge sind erlaubt.',
  'The least value is {1}.': 'Der kleinste Wert ist {1}.',
  'The greatest value is {1}.': 'Der größte Wert ist {1}.',
  'There is no such field: {1}.': 'Ein solches Feld gibt es nicht: {1}.',
  'A serial number has 12 digits.': 'Eine Seriennummer hat 12 Ziffern.',
  'Control characters are not allowed.': 'Steuerzeichen sind nicht erlaubt.',
  'The characters & % < > are not allowed.': 'Die Zeichen & % < > sind nicht erlaubt.',
  'Use never, a number of hours such as 12h, or of days such as 7d.':
    'Verwenden Sie never, eine Zahl von Stunden wie 12h oder von Tagen wie 7d.',
  'Use at most 64 small letters, digits and dashes, a letter first.':
    'Verwenden Sie höchstens 64 Kleinbuchstaben, Ziffern und Striche, zuerst einen Buchstaben.',
  'This is not base64.': 'Das ist kein Base64.',
  'Use a DNS name, such as otp.example.com, or an IP address.':
    'Verwenden Sie einen DNS-Namen, etwa otp.example.com, oder eine IP-Adresse.',
  'Use a host name, such as otp.example.com.': 'Verwenden Sie einen Hostnamen, etwa otp.example.com.',
  'Use two letters, such as DE.': 'Verwenden Sie zwei Buchstaben, etwa DE.',
  'Use at most 24 letters and digits.': 'Verwenden Sie höchstens 24 Buchstaben und Ziffern.',

  // Who may do what.
  'This needs the permission "{1}".': 'Dafür ist das Recht „{1}“ nötig.',
  'You cannot grant what you do not hold: {1}.':
    'Sie können nicht vergeben, was Sie selbst nicht haben: {1}.',
  '{1} holds more than you do: {2} in {3}.': '{1} hat mehr Rechte als Sie: {2} in {3}.',
  'There would be no enabled Super Admin left. Give the role to somebody else first.':
    'Es bliebe kein aktivierter Super Admin übrig. Geben Sie die Rolle zuerst jemand anderem.',
  'There is no permission "{1}".': 'Es gibt kein Recht „{1}“.',
  'There is no role "{1}".': 'Es gibt keine Rolle „{1}“.',
  'There is a role "{1}" already.': 'Eine Rolle „{1}“ gibt es schon.',
  'Roles that ship cannot be changed. Make one of your own.':
    'Mitgelieferte Rollen können nicht geändert werden. Legen Sie eine eigene an.',
  'Roles that ship cannot be deleted.': 'Mitgelieferte Rollen können nicht gelöscht werden.',
  'Administrators have this role. Take it from them first.':
    'Administratoren haben diese Rolle. Nehmen Sie sie ihnen zuerst.',
  'There is no administrator "{1}".': 'Es gibt keinen Administrator „{1}“.',
  'There is an administrator "{1}" already.': 'Einen Administrator „{1}“ gibt es schon.',
  'A password has at least {1} characters.': 'Ein Passwort hat mindestens {1} Zeichen.',
  'The password repeats too few different characters.':
    'Das Passwort wiederholt zu wenige verschiedene Zeichen.',
  'The password is easily guessed: it is common, or made of names, dates or patterns. A few unrelated words are good.':
    'Das Passwort ist leicht zu erraten: Es ist verbreitet oder besteht aus Namen, Daten oder Mustern. Gut sind einige Wörter ohne Zusammenhang.',
  'The password contains the user name.': 'Das Passwort enthält den Benutzernamen.',
  'There is no such API key.': 'Einen solchen API-Schlüssel gibt es nicht.',

  // Logging on.
  'Too many failed log-ons. Wait a minute, or use a passkey.':
    'Zu viele misslungene Anmeldungen. Warten Sie eine Minute, oder verwenden Sie einen Passkey.',
  'Enter the passcode that your token shows, or use a passkey.':
    'Geben Sie den Passcode ein, den Ihr Token zeigt, oder verwenden Sie einen Passkey.',
  'The passcode was not accepted. Wait for the next one.':
    'Der Passcode wurde nicht angenommen. Warten Sie auf den nächsten.',
  'Log on with your passkey.': 'Melden Sie sich mit Ihrem Passkey an.',
  'Log on as an administrator.': 'Melden Sie sich als Administrator an.',
  'This is not your password.': 'Das ist nicht Ihr Passwort.',
  '{1} has no token that has been confirmed. Activate one and use it once first.':
    '{1} hat kein bestätigtes Token. Aktivieren Sie zuerst eines, und verwenden Sie es einmal.',
  'Passkeys need a public URL with a host name; this one has an address. Set --public-url to a name.':
    'Passkeys brauchen eine öffentliche URL mit einem Hostnamen; diese hat eine Adresse. Setzen Sie --public-url auf einen Namen.',
  'This passkey was not accepted. Try again, or use your password.':
    'Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder verwenden Sie Ihr Passwort.',
  'You have {1} passkeys. Remove one that you do not use.':
    'Sie haben {1} Passkeys. Entfernen Sie einen, den Sie nicht verwenden.',
  'That took too long. Begin again.': 'Das hat zu lange gedauert. Beginnen Sie noch einmal.',
  'That was answered already. Begin again.': 'Das wurde schon beantwortet. Beginnen Sie noch einmal.',
  'The browser did not make a passkey for this host. Begin again.':
    'Der Browser hat keinen Passkey für diesen Host angelegt. Beginnen Sie noch einmal.',
  'This passkey is known already.': 'Dieser Passkey ist schon bekannt.',
  'There is no such passkey.': 'Einen solchen Passkey gibt es nicht.',
  '{1} has no passkey.': '{1} hat keinen Passkey.',
  'The administrator {1} logs on with a token of {2}. Change that first.':
    'Der Administrator {1} meldet sich mit einem Token von {2} an. Ändern Sie das zuerst.',

  // Security domains.
  'There is no security domain "{1}".': 'Es gibt keine Sicherheitsdomäne „{1}“.',
  'Name a security domain: you do not work in the top one.':
    'Nennen Sie eine Sicherheitsdomäne: Sie arbeiten nicht in der obersten.',
  'There is a security domain "{1}" already.': 'Eine Sicherheitsdomäne „{1}“ gibt es schon.',
  'There are {1} security domains, which is as many as there can be.':
    'Es gibt {1} Sicherheitsdomänen; mehr können es nicht sein.',
  'The top security domain stays.': 'Die oberste Sicherheitsdomäne bleibt.',
  'Still in it: {1}. Move or delete them first.': 'Noch darin: {1}. Verschieben oder löschen Sie das zuerst.',
  'users ({1})': 'Benutzer ({1})',
  'tokens ({1})': 'Token ({1})',
  'domains ({1})': 'Sicherheitsdomänen ({1})',
  'roles ({1})': 'Rollen von Administratoren ({1})',
  'api keys ({1})': 'API-Schlüssel ({1})',

  'The stored password was given for the server as it was set before. Enter it again, or take it away.':
    'Das hinterlegte Passwort wurde für den Server angegeben, wie er bisher eingestellt war. Geben Sie es erneut ein, oder entfernen Sie es.',

  // The audit chain.
  'Link {1} of the chain was removed.': 'Das Glied {1} der Kette wurde entfernt.',
  'The row of link {1} was removed.': 'Die Zeile des Glieds {1} wurde entfernt.',
  'The row of link {1} was altered, or rows were put in another order.':
    'Die Zeile des Glieds {1} wurde verändert, oder Zeilen wurden umgestellt.',
  'Link {1} was made without the master key.': 'Das Glied {1} wurde ohne den Hauptschlüssel gemacht.',
  'Row {1} was written or altered without the master key.':
    'Die Zeile {1} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
  'The links {1} to {2} of the chain were removed.': 'Die Glieder {1} bis {2} der Kette wurden entfernt.',
  'The chain reached link {1} at {2} and now ends at link {3}: its end was removed.':
    'Die Kette reichte um {2} bis zum Glied {1} und endet jetzt beim Glied {3}: Ihr Ende wurde entfernt.',
  'Link {1} is not the one that was there at {2}.': 'Das Glied {1} ist nicht das, das um {2} da war.',
  'The end of the chain, as the database keeps it, was removed or altered.':
    'Das Ende der Kette, wie es die Datenbank festhält, wurde entfernt oder verändert.',
  'The end of the chain, as the data folder keeps it, was altered.':
    'Das Ende der Kette, wie es der Datenordner festhält, wurde verändert.',
  'At {1}, {2} rows were without a mark; now {3} are said to be.':
    'Um {1} waren {2} Zeilen ohne Siegel; jetzt sollen es {3} sein.',
  'This anchor was not made here, or it was copied wrongly.':
    'Dieser Anker wurde nicht hier gemacht oder falsch kopiert.',
  'All {1} rows follow from each other. The last hash is {2}.':
    'Alle {1} Zeilen folgen auseinander. Der letzte Hash ist {2}.',

  // Users.
  'There is no user "{1}".': 'Es gibt keinen Benutzer „{1}“.',
  'There is a user "{1}" already (case does not matter).':
    'Einen Benutzer „{1}“ gibt es schon (Groß- und Kleinschreibung spielt keine Rolle).',
  'The user id has no usable characters.': 'Die Benutzerkennung hat keine brauchbaren Zeichen.',

  // PINs.
  'The token is not assigned; it has no PIN.': 'Das Token ist nicht zugewiesen; es hat keine PIN.',
  'A PIN has {1} to {2} letters and digits.': 'Eine PIN hat {1} bis {2} Buchstaben und Ziffern.',
  'A PIN has {1} to {2} digits.': 'Eine PIN hat {1} bis {2} Ziffern.',
  'A PIN has letters: at least {1}.': 'Eine PIN hat Buchstaben: mindestens {1}.',
  'A PIN has digits: at least {1}.': 'Eine PIN hat Ziffern: mindestens {1}.',
  'A word in this PIN is on the list of excluded words.':
    'Ein Wort in dieser PIN steht auf der Liste der ausgeschlossenen Wörter.',
  'The passcode is right. Answer what is asked to go on.':
    'Der Passcode stimmt. Beantworten Sie, was gefragt wird, um fortzufahren.',
  'This is the present PIN. Choose another one.': 'Das ist die jetzige PIN. Wählen Sie eine andere.',
  'This PIN was used before. The last {1} cannot be used again.':
    'Diese PIN wurde schon verwendet. Die letzten {1} können nicht wieder verwendet werden.',
  'The token is of the type tokencode: it has no PIN.': 'Das Token ist vom Typ Tokencode: Es hat keine PIN.',

  // Access: policies, testing, resynchronising, emergency access.
  'You have no token with the serial number {1}.': 'Sie haben kein Token mit der Seriennummer {1}.',
  'The token has not been imported into an authenticator yet. Distribute it first.':
    'Das Token wurde noch in keinen Authenticator importiert. Verteilen Sie es zuerst.',
  'The passcode is right, but the clock of the token is off. Wait for the display to change and enter the next one.':
    'Der Passcode ist richtig, aber die Uhr des Tokens geht falsch. Warten Sie, bis die Anzeige wechselt, und geben Sie den nächsten ein.',
  'This tokencode was used already. Wait for the next one.':
    'Dieser Tokencode wurde schon verwendet. Warten Sie auf den nächsten.',
  'The passcode is wrong. Enter what the token shows now, with the PIN where it has one.':
    'Der Passcode ist falsch. Geben Sie ein, was das Token jetzt anzeigt, mit der PIN, falls es eine hat.',
  'It is not accepted at present: {1}.': 'Es wird zurzeit nicht angenommen: {1}.',
  'It cannot be resynchronised at present: {1}.': 'Es kann zurzeit nicht neu synchronisiert werden: {1}.',
  'the user is disabled': 'der Benutzer ist deaktiviert',
  'the token is disabled': 'das Token ist deaktiviert',
  'the token is marked as lost': 'das Token ist als verloren gemeldet',
  'the token has expired': 'das Token ist abgelaufen',
  'emergency access stands in for the token until an administrator ends it':
    'der Notfallzugang ersetzt das Token, bis ein Administrator ihn beendet',
  'emergency access stands in for the token until it ends':
    'der Notfallzugang ersetzt das Token, bis er endet',
  'the user is locked for another {1} after wrong passcodes':
    'der Benutzer ist nach falschen Passcodes noch {1} gesperrt',
  'held back for another {1} after wrong passcodes': 'nach falschen Passcodes noch {1} zurückgehalten',
  'The passcode is right. The token works.': 'Der Passcode ist richtig. Das Token funktioniert.',
  'The passcode is right. At the next log-on the tokencode after it will be asked for as well.':
    'Der Passcode ist richtig. Bei der nächsten Anmeldung wird auch der Tokencode danach verlangt.',
  'The passcode is right. At the next log-on a new PIN will be asked for.':
    'Der Passcode ist richtig. Bei der nächsten Anmeldung wird eine neue PIN verlangt.',
  'These are passcodes with the PIN in them. Leave the PIN empty in the authenticator, so that it shows bare tokencodes, and enter two of those.':
    'Das sind Passcodes, in denen die PIN steckt. Lassen Sie die PIN im Authenticator leer, damit er bloße Tokencodes anzeigt, und geben Sie zwei davon ein.',
  'These are not two successive tokencodes of this token within 12 hours either way. Enter one, wait for the display to change, and enter the next.':
    'Das sind keine zwei aufeinanderfolgenden Tokencodes dieses Tokens innerhalb von 12 Stunden davor oder danach. Geben Sie einen ein, warten Sie, bis die Anzeige wechselt, und geben Sie den nächsten ein.',
  'A tokencode as late as these was accepted before. Wait for the display to change and enter the next two.':
    'Ein ebenso später Tokencode wurde schon angenommen. Warten Sie, bis die Anzeige wechselt, und geben Sie die nächsten zwei ein.',
  'The policy of the security domain allows no temporary fixed tokencode.':
    'Die Richtlinie der Sicherheitsdomäne erlaubt keinen befristeten festen Tokencode.',
  'The policy of the security domain allows no set of one-time tokencodes.':
    'Die Richtlinie der Sicherheitsdomäne erlaubt keinen Satz von Einmal-Tokencodes.',
  'The token has no emergency access.': 'Das Token hat keinen Notfallzugang.',
  'The security domain "{1}" has no policy of its own.':
    'Die Sicherheitsdomäne „{1}“ hat keine eigene Richtlinie.',
  'This is greater than the greatest length.': 'Das ist mehr als die Höchstlänge.',
  'Letters and digits together are more than the greatest length.':
    'Buchstaben und Ziffern zusammen sind mehr als die Höchstlänge.',
  'A numeric PIN has no letters: enter 0, or choose alphanumeric PINs.':
    'Eine numerische PIN hat keine Buchstaben: Geben Sie 0 ein oder wählen Sie alphanumerische PINs.',
  'The PIN of a PINPad token has digits only.': 'Die PIN eines PINPad-Tokens hat nur Ziffern.',
  'The PIN of a PINPad token does not begin with zero: it would not show.':
    'Die PIN eines PINPad-Tokens beginnt nicht mit Null: man sähe sie nicht.',
  'A PIN of one character repeated is guessed first.':
    'Eine PIN aus einem wiederholten Zeichen wird als erste geraten.',

  // Tokens.
  'There is no token with the serial number {1}.': 'Es gibt kein Token mit der Seriennummer {1}.',
  'The token is not assigned.': 'Das Token ist nicht zugewiesen.',
  'The token is not assigned. Assign it to a user first.':
    'Das Token ist nicht zugewiesen. Weisen Sie es zuerst einem Benutzer zu.',
  'The token is not assigned. Assigning it to a user enables it.':
    'Das Token ist nicht zugewiesen. Mit der Zuweisung an einen Benutzer wird es aktiviert.',
  'The token is not assigned; nobody can have lost it.':
    'Das Token ist nicht zugewiesen; niemand kann es verloren haben.',
  'The token is assigned to {1} already. Unassign it first.':
    'Das Token ist schon {1} zugewiesen. Heben Sie die Zuweisung zuerst auf.',
  'The token is assigned to {1}. Unassign it first.':
    'Das Token ist {1} zugewiesen. Heben Sie die Zuweisung zuerst auf.',
  'a user': 'einem Benutzer',
  somebody: 'jemandem',
  'The token expired on {1}.': 'Das Token ist am {1} abgelaufen.',
  'The token expired on {1}. Choose another one.': 'Das Token ist am {1} abgelaufen. Wählen Sie ein anderes.',
  'The token is disabled. Enable it first.': 'Das Token ist deaktiviert. Aktivieren Sie es zuerst.',
  'The token is marked as lost. Mark it as found first, or assign another one.':
    'Das Token ist als verloren gekennzeichnet. Kennzeichnen Sie es zuerst als gefunden, oder weisen Sie ein anderes zu.',
  'A user may hold {1} tokens. Unassign one of them first.':
    'Ein Benutzer darf {1} Token haben. Heben Sie zuerst die Zuweisung eines davon auf.',
  'There is no unassigned token that stays good for {1} days. Mint tokens, or lower the setting tokens.autoAssignDays.':
    'Es gibt kein freies Token, das noch {1} Tage gilt. Legen Sie Token an, oder senken Sie die Einstellung tokens.autoAssignDays.',
  'The expiry date has passed already.': 'Das Ablaufdatum ist schon vorbei.',
  'The expiry date has passed already. Disable the token to end its use now.':
    'Das Ablaufdatum ist schon vorbei. Deaktivieren Sie das Token, um seine Verwendung jetzt zu beenden.',
  'The token was never distributed; it has no nickname.':
    'Das Token wurde nie verteilt; es hat keinen Kurznamen.',
  'Token {1} expired on {2}. Choose another one.':
    'Das Token {1} ist am {2} abgelaufen. Wählen Sie ein anderes.',
  'The token is not assigned. Assign one to the user instead.':
    'Das Token ist nicht zugewiesen. Weisen Sie dem Benutzer stattdessen eines zu.',
  'Token {1} is waiting to replace it already. Unassign that one first.':
    'Das Token {1} wartet schon darauf, es zu ersetzen. Heben Sie dessen Zuweisung zuerst auf.',
  'It is waiting to replace token {1} itself. Unassign it, then replace that one.':
    'Es wartet selbst darauf, das Token {1} zu ersetzen. Heben Sie seine Zuweisung auf, und ersetzen Sie dann jenes.',
  'Token {1} is assigned already. Choose another one.':
    'Das Token {1} ist schon zugewiesen. Wählen Sie ein anderes.',
  'No unassigned token is left that is good for long enough. Mint some first.':
    'Kein nicht zugewiesenes Token ist mehr lange genug gültig. Legen Sie zuerst welche an.',

  // Distribution and activation.
  'For QR code delivery the activation code is system-generated and cannot be changed.':
    'Bei der Übergabe als QR-Code erzeugt das System den Aktivierungscode; er kann nicht geändert werden.',
  'This code cannot be used. Choose another one.':
    'Dieser Code kann nicht verwendet werden. Wählen Sie einen anderen.',
  'Use letters, digits, full stops and underscores only: some apps change other characters on the way.':
    'Verwenden Sie nur Buchstaben, Ziffern, Punkte und Unterstriche: Andere Zeichen kommen nicht aus jeder App unverändert an.',
  'It needs at least {1} characters without spaces and dashes.':
    'Er braucht mindestens {1} Zeichen, ohne Leerzeichen und Striche.',
  'A code of digits only needs at least 12 of them.': 'Ein Code nur aus Ziffern braucht mindestens 12 davon.',
  'It repeats too few different characters.': 'Er wiederholt zu wenige verschiedene Zeichen.',
  'It counts up or down.': 'Er zählt nur auf- oder abwärts.',
  'It contains the user id, which is no secret.':
    'Er enthält die Benutzerkennung, und die ist kein Geheimnis.',
  'It contains the serial number, which is no secret.':
    'Er enthält die Seriennummer, und die ist kein Geheimnis.',
  'The device id has to have 1 to 64 letters and digits.':
    'Die Geräte-ID muss 1 bis 64 Buchstaben und Ziffern haben.',
  'The token is not waiting to be activated by QR code. Ask for it to be distributed.':
    'Das Token wartet nicht auf eine Aktivierung mit QR-Code. Bitten Sie darum, dass es verteilt wird.',
  'The token is in the security domain of the user who holds it. Move {1}, or unassign the token first.':
    'Das Token ist in der Sicherheitsdomäne des Benutzers, der es hat. Verschieben Sie {1}, oder heben Sie zuerst die Zuweisung auf.',
  'You cannot move a user to where you may do more than where the user is: {1}.':
    'Sie können einen Benutzer nicht dorthin verschieben, wo Sie mehr dürfen als dort, wo er ist: {1}.',
  'An administrator who may do more than you logs on with a token of this user. Ask somebody who may do as much.':
    'Ein Administrator, der mehr darf als Sie, meldet sich mit einem Token dieses Benutzers an. Fragen Sie jemanden, der ebenso viel darf.',
  'You logged on with an emergency tokencode, which is not enough for this. Log on with your password, or enter a passcode of your token.':
    'Sie haben sich mit einem Notfall-Tokencode angemeldet, der dafür nicht genügt. Melden Sie sich mit Ihrem Passwort an, oder geben Sie einen Passcode Ihres Tokens ein.',
  'The user has just been moved. Reload and try again.':
    'Der Benutzer wurde in diesem Augenblick verschoben. Sehen Sie erneut nach.',
  'The token has just been given to someone else. Reload and try again.':
    'Das Token wurde in diesem Augenblick jemand anderem gegeben. Sehen Sie erneut nach.',
  'The token was activated or withdrawn at this moment. Look again.':
    'Das Token wurde in diesem Augenblick aktiviert oder zurückgezogen. Sehen Sie noch einmal nach.',
  'There is no live activation code to withdraw.':
    'Es gibt keinen gültigen Aktivierungscode, der zurückgezogen werden könnte.',
  'The distribution is gone.': 'Die Verteilung gibt es nicht mehr.',
  'The binding to this device is recorded. It is enforced when the app says its device id; {1} apps that say nothing are accepted.':
    'Die Bindung an dieses Gerät ist vermerkt. Sie wird durchgesetzt, wenn die App ihre Geräte-ID nennt; Apps für {1}, die nichts nennen, werden angenommen.',
  'The device class is recorded. It is enforced when the app says it; {1} apps that say nothing are accepted.':
    'Die Geräteklasse ist vermerkt. Sie wird durchgesetzt, wenn die App sie nennt; Apps für {1}, die nichts nennen, werden angenommen.',
  'No PIN is set for this token: until one is, the tokencode alone is accepted.':
    'Für dieses Token ist keine PIN gesetzt: bis dahin wird der Tokencode allein angenommen.',
  '{1} refuses servers whose certificate it does not trust.':
    '{1} lehnt Server ab, deren Zertifikat es nicht vertraut.',

  // Profiles and device types.
  'There is no token profile "{1}".': 'Es gibt kein Token-Profil „{1}“.',
  'There is a token profile "{1}" already.': 'Ein Token-Profil „{1}“ gibt es schon.',
  'Activation codes made from this profile are still live. Withdraw them or let them expire.':
    'Aktivierungscodes aus diesem Profil gelten noch. Ziehen Sie sie zurück, oder lassen Sie sie ablaufen.',
  'The profile does not fit the device type.': 'Das Profil passt nicht zum Gerätetyp.',
  '{1} cannot do dynamic seed provisioning.': '{1} kann kein Dynamic Seed Provisioning.',
  '{1} cannot scan QR codes.': '{1} kann keine QR-Codes lesen.',
  '{1} cannot do the algorithm {2}.': '{1} kann den Algorithmus {2} nicht.',
  '{1} cannot show {2} digits.': '{1} kann keine {2} Ziffern anzeigen.',
  '{1} cannot change the tokencode every {2} seconds.':
    '{1} kann den Tokencode nicht alle {2} Sekunden wechseln.',
  '{1} cannot do the authentication type {2}.': '{1} kann die Authentifizierungsart {2} nicht.',
  'PINPad is for SecurID tokens: use fob or tokencode.':
    'PINPad ist für SecurID-Token: verwenden Sie fob oder tokencode.',
  'There is no device type "{1}".': 'Es gibt keinen Gerätetyp „{1}“.',
  'There is no device type "{1}". Known: {2}.': 'Es gibt keinen Gerätetyp „{1}“. Bekannt: {2}.',
  'The device type "{1}" is gone.': 'Den Gerätetyp „{1}“ gibt es nicht mehr.',
  'The device type "{1}" is gone. Import it again.':
    'Den Gerätetyp „{1}“ gibt es nicht mehr. Importieren Sie ihn erneut.',
  '"{1}" ships with Sower. Give the definition another id.':
    '„{1}“ wird mit Sower geliefert. Geben Sie der Definition eine andere Kennung.',
  '"{1}" ships with Sower and cannot be deleted.':
    '„{1}“ wird mit Sower geliefert und kann nicht gelöscht werden.',
  'Token profiles use this device type. Delete them first.':
    'Token-Profile verwenden diesen Gerätetyp. Löschen Sie sie zuerst.',
  'The link template is not a link to an app.': 'Die Link-Vorlage ist kein Link zu einer App.',
  'The link template cannot be used: {1}.': 'Die Link-Vorlage kann nicht verwendet werden: {1}.',
  'stray brace or white space': 'einzelne Klammer oder Leerraum',
  'control or invisible characters': 'Steuerzeichen oder unsichtbare Zeichen',
  'no placeholder for the address': 'kein Platzhalter für die Adresse',
  'unknown placeholder {1}': 'unbekannter Platzhalter {1}',

  // The certificate.
  "The certificate is of this server's own CA. Phones refuse it, and people are asked to accept it. Give a trusted one: --tls-certificate and --tls-key.":
    'Das Zertifikat ist von der eigenen Stelle dieses Servers. Telefone lehnen es ab, und Menschen werden gefragt, ob sie es annehmen. Geben Sie ein vertrauenswürdiges an: --tls-certificate und --tls-key.',
  "The certificate does not name {1}, which is the public URL's host.":
    'Das Zertifikat nennt {1} nicht, den Host der öffentlichen URL.',
  'The certificate has expired. No client accepts it.':
    'Das Zertifikat ist abgelaufen. Kein Client nimmt es an.',
  'The certificate expires in {1} days.': 'Das Zertifikat läuft in {1} Tagen ab.',
  'The file holds the certificate only, without the intermediate one; many phones refuse that.':
    'Die Datei enthält nur das Zertifikat, ohne das Zwischenzertifikat; viele Telefone lehnen das ab.',
  'The certificate is self-signed. Phones refuse it.':
    'Das Zertifikat ist selbst unterschrieben. Telefone lehnen es ab.',
  '{1} does not answer from this host. Phones must reach it, from where they are.':
    '{1} antwortet von diesem Host aus nicht. Telefone müssen es erreichen, von wo sie sind.',
  "{1} answers with a certificate that this host's operating system does not trust.":
    '{1} antwortet mit einem Zertifikat, dem das Betriebssystem dieses Hosts nicht vertraut.',

  // Secrets and certificates of RADIUS clients.
  'A secret has at least 16 characters.': 'Ein Geheimnis hat mindestens 16 Zeichen.',
  'A secret has letters, digits and punctuation of ASCII, and no blanks.':
    'Ein Geheimnis besteht aus Buchstaben, Ziffern und Satzzeichen in ASCII, ohne Leerzeichen.',
  'This is not the SHA-256 fingerprint of a certificate: 64 hexadecimal digits.':
    'Das ist nicht der SHA-256-Fingerabdruck eines Zertifikats: 64 hexadezimale Ziffern.',
};
