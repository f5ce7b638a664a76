location.replace('/');
