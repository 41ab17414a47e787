/** The sentences about mail, offers and requests in German; see sentences.de.ts. */
export const MAIL_GERMAN: Readonly<Record<string, string>> = {
  'This template cannot be used': 'Diese Vorlage kann nicht verwendet werden',
  'line {1}': 'Zeile {1}',
  'column {1}': 'Spalte {1}',
  '{1}: there is no {{{2}}} here. There are {3}.': '{1}: {{{2}}} gibt es hier nicht. Es gibt {3}.',
  '{1}: "{2}" belongs to no placeholder.': '{1}: „{2}“ gehört zu keinem Platzhalter.',
  'This template was not edited; there is nothing to reset.':
    'Diese Vorlage wurde nicht bearbeitet; es gibt nichts zurückzusetzen.',
  'Without TLS mail goes to a mail server on this host only (localhost). Choose STARTTLS or TLS.':
    'Ohne TLS gehen E-Mails nur an einen Mailserver auf diesem Host (localhost). Wählen Sie STARTTLS oder TLS.',
  'Enter the host name of the mail server.': 'Geben Sie den Hostnamen des Mailservers ein.',
  'Enter the address that mail comes from.': 'Geben Sie die Absenderadresse ein.',
  '{1} Save it, then send the test mail.': '{1} Speichern Sie es und senden Sie dann die Test-E-Mail.',
  'There is no such mail, or it was forgotten after a while.':
    'Diese E-Mail gibt es nicht, oder sie wurde nach einiger Zeit vergessen.',
  'What this mail tells about has expired. Distribute the token again instead.':
    'Wovon diese E-Mail berichtet, ist abgelaufen. Verteilen Sie das Token stattdessen erneut.',
  'Only a mail that could not be sent can be sent again.':
    'Erneut gesendet werden kann nur, was nicht gesendet werden konnte.',
  'Too late: the activation code in it, or what it tells about, has expired.':
    'Zu spät: Der Aktivierungscode darin, oder wovon sie berichtet, ist abgelaufen.',
  'It may go out encrypted only, and the certificate of the user is gone.':
    'Sie darf nur verschlüsselt hinausgehen, und das Zertifikat des Benutzers ist nicht mehr da.',
  'It may go out encrypted only. {1}': 'Sie darf nur verschlüsselt hinausgehen. {1}',
  'Mail is not set up: Setup > E-mail.': 'Der Mailversand ist nicht eingerichtet: Einrichtung > E-Mail.',
  'Mailing link and activation code is not allowed in this deployment: Setup > E-mail.':
    'Link und Aktivierungscode dürfen hier nicht per E-Mail gesendet werden: Einrichtung > E-Mail.',
  'The user has no e-mail address.': 'Der Benutzer hat keine E-Mail-Adresse.',
  'The user has no e-mail address. Enter it first.':
    'Der Benutzer hat keine E-Mail-Adresse. Geben Sie sie zuerst ein.',
  'No certificate of the user is known. Put it in under Edit user.':
    'Es ist kein Zertifikat des Benutzers bekannt. Hinterlegen Sie es unter „Benutzer bearbeiten“.',
  'Only encrypted mail is allowed in this deployment.': 'Hier sind nur verschlüsselte E-Mails erlaubt.',
  'With QR code delivery there is nothing to mail: leave it out.':
    'Bei der Zustellung per QR-Code gibt es nichts per E-Mail zu senden: Lassen Sie es weg.',
  'This is not a certificate. Give it as PEM, or as DER in base64.':
    'Das ist kein Zertifikat. Geben Sie es als PEM oder als DER in Base64 an.',
  'The certificate has to hold an RSA key of at least 2048 bits. Ask the user for another one.':
    'Das Zertifikat muss einen RSA-Schlüssel mit mindestens 2048 Bit enthalten. Bitten Sie den Benutzer um ein anderes.',
  'The certificate is for {1}, not for {2}. Ask the user for the right one.':
    'Das Zertifikat ist für {1}, nicht für {2}. Bitten Sie den Benutzer um das richtige.',
  'The certificate expired on {1}. Use a new one.':
    'Das Zertifikat ist am {1} abgelaufen. Verwenden Sie ein neues.',
  'The certificate is not valid yet.': 'Das Zertifikat ist noch nicht gültig.',
  'The certificate is not made for this: its key usage forbids it. Use one for e-mail (S/MIME).':
    'Das Zertifikat ist dafür nicht gemacht: Seine Schlüsselverwendung verbietet es. Verwenden Sie eines für E-Mail (S/MIME).',
  'The certificate is not made for e-mail: its extended key usage names other purposes.':
    'Das Zertifikat ist nicht für E-Mail gemacht: Seine erweiterte Schlüsselverwendung nennt andere Zwecke.',
  'A certificate in the file cannot be read. Make the file anew.':
    'Ein Zertifikat in der Datei ist nicht lesbar. Erzeugen Sie die Datei neu.',
  'The file has to hold one private key: the one to sign with.':
    'Die Datei muss genau einen privaten Schlüssel enthalten: den zum Signieren.',
  'The key has to be RSA, or ECDSA on P-256 or P-384.':
    'Der Schlüssel muss RSA sein, oder ECDSA mit P-256 oder P-384.',
  'The file holds no certificate of its private key.':
    'Die Datei enthält kein Zertifikat zu ihrem privaten Schlüssel.',
  'It is offered to users, or asked for. Delete the offer, and decide the requests, first.':
    'Es wird Benutzern angeboten oder ist beantragt. Löschen Sie zuerst das Angebot und entscheiden Sie über die Anträge.',
  'There is no offer "{1}".': 'Es gibt kein Angebot „{1}“.',
  'There is an offer "{1}" already. Choose another name.':
    'Es gibt schon ein Angebot „{1}“. Wählen Sie einen anderen Namen.',
  'There is no role "{1}". Choose another one.': 'Es gibt keine Rolle „{1}“. Wählen Sie eine andere.',
  'What "{1}" offers is gone. Choose another offer.':
    'Was „{1}“ anbietet, gibt es nicht mehr. Wählen Sie ein anderes Angebot.',
  'A request for "{1}" is open already. Wait for it, or withdraw it.':
    'Ein Antrag auf „{1}“ ist schon offen. Warten Sie ihn ab, oder ziehen Sie ihn zurück.',
  'There is no such request.': 'Diesen Antrag gibt es nicht.',
  'The user is disabled. Enable the user, or reject the request.':
    'Der Benutzer ist deaktiviert. Aktivieren Sie ihn, oder lehnen Sie den Antrag ab.',
  'It is not approved yet.': 'Er ist noch nicht genehmigt.',
  'It is closed; there is nothing to distribute.': 'Er ist abgeschlossen; es gibt nichts zu verteilen.',
  'It is closed.': 'Er ist abgeschlossen.',
  'It is approved, and waits to be distributed.': 'Er ist genehmigt und wartet auf die Verteilung.',
  'You made this request, or it is for you. Another person has to approve it.':
    'Sie haben diesen Antrag gestellt, oder er ist für Sie. Jemand anderes muss ihn genehmigen.',
  'You made this request, or it is for you. Another person has to distribute the token.':
    'Sie haben diesen Antrag gestellt, oder er ist für Sie. Jemand anderes muss das Token verteilen.',
  'You approved an earlier step. Each step is for another person.':
    'Sie haben einen früheren Schritt genehmigt. Jeder Schritt ist für eine andere Person.',
  'You may not decide about requests of this user.':
    'Über Anträge dieses Benutzers dürfen Sie nicht entscheiden.',
  'The step "{1}" is for another role.': 'Der Schritt „{1}“ ist für eine andere Rolle.',
  'Choose a date in the future, within a year.':
    'Wählen Sie einen Tag in der Zukunft, innerhalb eines Jahres.',
  'Somebody else decided about it at this moment. Load it again.':
    'Jemand anderes hat in diesem Augenblick darüber entschieden. Laden Sie ihn erneut.',
  'The user was deleted at this moment.': 'Der Benutzer wurde in diesem Augenblick gelöscht.',
  '{1} holds {2} tokens, as many as are allowed. Unassign one of them first.':
    '{1} hat {2} Token, so viele wie erlaubt. Heben Sie zuerst die Zuweisung eines davon auf.',
  'Somebody changed the offer at this moment. Load it again.':
    'Jemand hat das Angebot in diesem Augenblick geändert. Laden Sie es erneut.',
  'With URL delivery somebody has to hand over link and activation code: add the distribution step, or offer a profile with QR code delivery.':
    'Bei der Zustellung per URL muss jemand Link und Aktivierungscode übergeben: Fügen Sie den Verteilungsschritt hinzu, oder bieten Sie ein Profil mit Zustellung per QR-Code an.',
};
