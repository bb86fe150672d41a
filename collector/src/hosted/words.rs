//! What the page says where there is no survey to answer. The widget has no words for it.
//!
//! In the languages that most visitors read; English for all others.

/// Why there is nothing to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No survey has this id.
    Unknown,
    /// The survey is paused.
    Paused,
    /// The survey has ended, or the link has.
    Ended,
    /// The link, or the signature in it, is wrong.
    WrongLink,
    /// The survey asks this respondent nothing.
    Nothing,
    /// Too much at once, or something that no page of ours sends.
    NotSent,
    /// The respondent closed it.
    Closed,
}

/// A headline and a sentence.
pub struct Said {
    /// The language of both.
    pub locale: &'static str,
    /// The headline.
    pub title: &'static str,
    /// The sentence.
    pub text: &'static str,
}

/// What is said, in the first of these languages that it is known in.
pub fn said(notice: Notice, wishes: &[&str]) -> Said {
    let known = |wish: &&str| {
        let primary = wish.split('-').next().unwrap_or_default();
        let primary = primary.to_ascii_lowercase();
        let mut locales = ["en", "de", "fr", "es", "it", "nl", "ar"].into_iter();
        locales.find(|locale| *locale == primary)
    };
    let locale = wishes.iter().find_map(known).unwrap_or("en");
    let (title, text) = words(notice, locale);
    Said {
        locale,
        title,
        text,
    }
}

fn words(notice: Notice, locale: &str) -> (&'static str, &'static str) {
    match locale {
        "de" => german(notice),
        "fr" => french(notice),
        "es" => spanish(notice),
        "it" => italian(notice),
        "nl" => dutch(notice),
        "ar" => arabic(notice),
        _ => english(notice),
    }
}

const fn english(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("There is no survey here", "Please check the address."),
        Notice::Paused => ("This survey is paused", "Please come back later."),
        Notice::Ended => ("This survey has ended", "Thank you for your interest."),
        Notice::WrongLink => (
            "This link is not complete",
            "Please open it again from the message that you got it with.",
        ),
        Notice::Nothing => (
            "There is nothing to ask you",
            "Thank you for your interest.",
        ),
        Notice::NotSent => (
            "This could not be sent",
            "Please wait a minute, go back and try again.",
        ),
        Notice::Closed => ("Closed", "You can close this page."),
    }
}

const fn german(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("Hier ist keine Umfrage", "Bitte prüfen Sie die Adresse."),
        Notice::Paused => (
            "Diese Umfrage ruht gerade",
            "Bitte kommen Sie später wieder.",
        ),
        Notice::Ended => (
            "Diese Umfrage ist beendet",
            "Vielen Dank für Ihr Interesse.",
        ),
        Notice::WrongLink => (
            "Dieser Link ist nicht vollständig",
            "Bitte öffnen Sie ihn noch einmal aus der Nachricht.",
        ),
        Notice::Nothing => (
            "Wir haben keine Frage an Sie",
            "Vielen Dank für Ihr Interesse.",
        ),
        Notice::NotSent => (
            "Das konnte nicht gesendet werden",
            "Bitte warten Sie eine Minute, gehen Sie zurück und versuchen Sie es noch einmal.",
        ),
        Notice::Closed => ("Geschlossen", "Sie können diese Seite schließen."),
    }
}

const fn french(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("Aucune enquête ici", "Veuillez vérifier l’adresse."),
        Notice::Paused => (
            "Cette enquête est en pause",
            "Revenez plus tard, s’il vous plaît.",
        ),
        Notice::Ended => ("Cette enquête est terminée", "Merci de votre intérêt."),
        Notice::WrongLink => (
            "Ce lien n’est pas complet",
            "Veuillez l’ouvrir à nouveau depuis le message reçu.",
        ),
        Notice::Nothing => (
            "Nous n’avons rien à vous demander",
            "Merci de votre intérêt.",
        ),
        Notice::NotSent => (
            "L’envoi n’a pas abouti",
            "Attendez une minute, revenez en arrière et réessayez.",
        ),
        Notice::Closed => ("Fermé", "Vous pouvez fermer cette page."),
    }
}

const fn spanish(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("Aquí no hay ninguna encuesta", "Compruebe la dirección."),
        Notice::Paused => (
            "Esta encuesta está en pausa",
            "Vuelva más tarde, por favor.",
        ),
        Notice::Ended => ("Esta encuesta ha terminado", "Gracias por su interés."),
        Notice::WrongLink => (
            "Este enlace no está completo",
            "Ábralo de nuevo desde el mensaje que recibió.",
        ),
        Notice::Nothing => ("No tenemos nada que preguntarle", "Gracias por su interés."),
        Notice::NotSent => (
            "No se ha podido enviar",
            "Espere un minuto, vuelva atrás e inténtelo de nuevo.",
        ),
        Notice::Closed => ("Cerrado", "Puede cerrar esta página."),
    }
}

const fn italian(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("Qui non c’è alcun sondaggio", "Controlli l’indirizzo."),
        Notice::Paused => (
            "Questo sondaggio è in pausa",
            "Torni più tardi, per favore.",
        ),
        Notice::Ended => ("Questo sondaggio è terminato", "Grazie per l’interesse."),
        Notice::WrongLink => (
            "Questo link non è completo",
            "Lo apra di nuovo dal messaggio ricevuto.",
        ),
        Notice::Nothing => ("Non abbiamo nulla da chiederle", "Grazie per l’interesse."),
        Notice::NotSent => (
            "Invio non riuscito",
            "Attenda un minuto, torni indietro e riprovi.",
        ),
        Notice::Closed => ("Chiuso", "Può chiudere questa pagina."),
    }
}

const fn dutch(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("Hier is geen enquête", "Controleer het adres."),
        Notice::Paused => ("Deze enquête is gepauzeerd", "Kom later terug."),
        Notice::Ended => ("Deze enquête is afgelopen", "Bedankt voor uw interesse."),
        Notice::WrongLink => (
            "Deze link is niet volledig",
            "Open hem opnieuw vanuit het bericht.",
        ),
        Notice::Nothing => ("We hebben geen vraag voor u", "Bedankt voor uw interesse."),
        Notice::NotSent => (
            "Dit kon niet worden verzonden",
            "Wacht een minuut, ga terug en probeer het opnieuw.",
        ),
        Notice::Closed => ("Gesloten", "U kunt deze pagina sluiten."),
    }
}

const fn arabic(notice: Notice) -> (&'static str, &'static str) {
    match notice {
        Notice::Unknown => ("لا يوجد استبيان هنا", "يرجى التحقق من العنوان."),
        Notice::Paused => ("هذا الاستبيان متوقف مؤقتًا", "يرجى العودة لاحقًا."),
        Notice::Ended => ("انتهى هذا الاستبيان", "شكرًا لاهتمامك."),
        Notice::WrongLink => ("هذا الرابط غير مكتمل", "يرجى فتحه مرة أخرى من الرسالة."),
        Notice::Nothing => ("ليس لدينا ما نسألك عنه", "شكرًا لاهتمامك."),
        Notice::NotSent => ("تعذر الإرسال", "انتظر دقيقة، ثم ارجع وحاول مرة أخرى."),
        Notice::Closed => ("مغلق", "يمكنك إغلاق هذه الصفحة."),
    }
}
